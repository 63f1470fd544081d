using Microsoft.CodeAnalysis;
using MxGateway.Typed.Generators.Emit;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Generators.Modeling;

namespace MxGateway.Typed.Generators;

/// <summary>
/// Turns the project's Galaxy snapshots into C# types: read, plan, report, emit.
/// Nothing here looks at the project's C# code, so an edit to it runs nothing again; and a plan is a value, so a file is emitted again only when its own part of the plan changed.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class GalaxyGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<SnapshotFile> files = context.AdditionalTextsProvider
            .Combine(context.AnalyzerConfigOptionsProvider)
            .SelectMany(static (pair, cancellation) => SnapshotFile.Read(pair.Left, pair.Right, cancellation))
            .Collect()
            .SelectMany(static (files, _) => SnapshotFile.WithRivals(files))
            .WithTrackingName(Steps.Files);

        IncrementalValuesProvider<PlannedSnapshot> plants = files
            .Select(static (file, cancellation) => SnapshotPlanner.Plan(file, cancellation))
            .WithTrackingName(Steps.Plants);

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => plant.Problems),
            static (output, problem) => output.ReportDiagnostic(problem.ToDiagnostic()));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => Buckets.Of(plant.Plan.Objects, static model => model.Place.Hint))
                .SelectMany(static (bucket, _) => bucket)
                .WithTrackingName(Steps.Objects),
            static (output, model) => output.AddSource(model.Place.Hint, ObjectEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => Buckets.Of(plant.Plan.Shapes, static model => model.Place.Hint))
                .SelectMany(static (bucket, _) => bucket)
                .WithTrackingName(Steps.Shapes),
            static (output, model) => output.AddSource(model.Place.Hint, ShapeEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => plant.Plan.Roots).WithTrackingName(Steps.Roots),
            static (output, model) => output.AddSource(model.Place.Hint, RootEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => plant.Plan.Tables).WithTrackingName(Steps.Tables),
            static (output, model) => output.AddSource(model.Place.Hint, TableEmitter.Emit(model)));
    }
}
