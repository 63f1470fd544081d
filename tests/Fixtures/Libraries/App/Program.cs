using InternalPlant;
using PublicPlant;

Console.WriteLine($"{typeof(PlantGalaxy).FullName}, public: {typeof(PlantGalaxy).IsPublic}");
Console.WriteLine(Speeds.Source);

// Which PlantGalaxy is no question: the other library's is not seen here.
internal static class Use
{
    public static Task Slower(PlantGalaxy plant) => plant.A.Pump_1.Speed.WriteAsync(1f);

    public static Pump Beside(Pump pump, PlantGalaxy plant) => pump.TagName == "Pump#1" ? plant.B.Pump_10 : plant.A.Pump_1;
}
