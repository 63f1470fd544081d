using MxGateway.Typed;

namespace InternalPlant;

public sealed class Speeds(MxGatewayConnection connection)
{
    private readonly PlantGalaxy _plant = new(connection);

    public static string Source => $"{typeof(PlantGalaxy).FullName}, public: {typeof(PlantGalaxy).IsPublic}";

    public MxReadOnlyAttribute<float> OfPump1 => _plant.A.Pump_1.Speed;
}
