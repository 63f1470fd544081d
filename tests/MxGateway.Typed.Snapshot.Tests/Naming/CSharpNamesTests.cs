using FsCheck;
using FsCheck.Fluent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using MxGateway.Typed.Snapshot.Naming;

namespace MxGateway.Typed.Snapshot.Tests;

public class CSharpNamesTests
{
    [Theory]
    [InlineData("Pump_001", "Pump_001")]
    [InlineData("Füllstand", "Füllstand")]
    [InlineData("$VfdPump", "VfdPump")]
    [InlineData("Pump#2", "Pump_2")]
    [InlineData("A$B", "A_B")]
    [InlineData("3WayValve_001", "_3WayValve_001")]
    [InlineData("lock", "@lock")]
    [InlineData("record", "@record")]
    [InlineData("value", "value")]
    [InlineData("Lock", "Lock")]
    [InlineData("", "_")]
    [InlineData("$", "_")]
    [InlineData("#", "_")]
    [InlineData("a b\n", "a_b_")]
    [InlineData("\uD83D\uDE00", "__")]
    [InlineData("soft\u00ADhyphen", "soft_hyphen")]
    public void A_name_follows_its_rule(string name, string identifier) => Assert.Equal(identifier, CSharpNames.Identifier(name));

    [Fact]
    public void Every_name_becomes_what_the_compiler_takes() => Prop.ForAll(Galaxies.Names(), name =>
    {
        string identifier = CSharpNames.Identifier(name);
        SyntaxToken token = SyntaxFactory.ParseToken(identifier);
        Assert.Equal((SyntaxKind.IdentifierToken, identifier), (token.Kind(), token.Text));
        Assert.Equal(identifier.TrimStart('@'), token.ValueText);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261102, 1));

    [Fact]
    public void A_valid_identifier_stays_as_it_is() => Prop.ForAll(Galaxies.Names(), name =>
    {
        if (SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None && !name.Any(unit => char.GetUnicodeCategory(unit) == System.Globalization.UnicodeCategory.Format))
            Assert.Equal(name, CSharpNames.Identifier(name).TrimStart('@'));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(20261102, 1));

    [Fact]
    public void Every_keyword_can_name_a_class_and_its_members()
    {
        string[] keywords = [.. SyntaxFacts.GetReservedKeywordKinds().Concat(SyntaxFacts.GetContextualKeywordKinds()).Select(SyntaxFacts.GetText)];
        Assert.Contains("record", keywords);
        string source = string.Concat(keywords.Select(keyword => CSharpNames.Identifier(keyword)).Select(id =>
            $$"""
            namespace In_{{id.TrimStart('@')}}
            {
                public class {{id}} { }
                public class Owner { public {{id}}? {{id}} => new {{id}}(); public Owner Child => this; public {{id}}? Use() => Child.{{id}}; }
            }

            """));
        var compilation = CSharpCompilation.Create(
            "Names",
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.Preview))],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

        // CS8981 is told of every type in lower-case letters, keyword or not.
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Id != "CS8981").Select(diagnostic => diagnostic.ToString()));
    }
}
