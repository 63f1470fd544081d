using MxGateway.Contracts.Proto;

namespace MxGateway.Typed.Simulator.Plant;

/// <summary>Why a write does not happen; OnWriteComplete tells it.</summary>
/// <param name="Category">The status' category.</param>
/// <param name="Reason">The reason, in words.</param>
/// <param name="Detail">The status' detail; 0 for none.</param>
internal sealed record WriteRefusal(MxStatusCategory Category, string Reason, int Detail = 0);
