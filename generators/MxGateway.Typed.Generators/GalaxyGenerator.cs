using Microsoft.CodeAnalysis;
using MxGateway.Typed.Generators.Diagnostics;
using MxGateway.Typed.Generators.Emit;
using MxGateway.Typed.Generators.Model;
using MxGateway.Typed.Generators.Modeling;
using MxGateway.Typed.Snapshot;

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
            .SelectMany(static (files, _) => SnapshotFile.BesideEachOther(files))
            .WithTrackingName(Steps.Files);

        IncrementalValuesProvider<PlannedSnapshot> snapshots = files
            .Select(static (file, cancellation) => SnapshotPlanner.Plan(file, new Looks(cancellation)))
            .WithTrackingName(Steps.Snapshots);

        context.RegisterSourceOutput(
            snapshots.Select(static (snapshot, _) => snapshot.Problems)
                .WithTrackingName(Steps.Problems)
                .SelectMany(static (problems, _) => problems)
                .Combine(context.AnalyzerConfigOptionsProvider.Select(static (options, _) => DiagnosticPages.Folder(options.GlobalOptions))),
            static (output, problem) => output.ReportDiagnostic(problem.Left.ToDiagnostic(problem.Right)));

        IncrementalValuesProvider<PlantPlan> plants = snapshots
            .Select(static (snapshot, _) => snapshot.Plan)
            .WithTrackingName(Steps.Plants);

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => Buckets.Of(plant.Objects, static model => model.Place.Hint))
                .SelectMany(static (bucket, _) => bucket)
                .WithTrackingName(Steps.Objects),
            static (output, model) => output.AddSource(model.Place.Hint, ObjectEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => Buckets.Of(plant.Shapes, static model => model.Place.Hint))
                .SelectMany(static (bucket, _) => bucket)
                .WithTrackingName(Steps.Shapes),
            static (output, model) => output.AddSource(model.Place.Hint, ShapeEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => plant.Roots).WithTrackingName(Steps.Roots),
            static (output, model) => output.AddSource(model.Place.Hint, RootEmitter.Emit(model)));

        context.RegisterSourceOutput(
            plants.SelectMany(static (plant, _) => plant.Tables).WithTrackingName(Steps.Tables),
            static (output, model) => output.AddSource(model.Place.Hint, TableEmitter.Emit(model)));
    }
}
