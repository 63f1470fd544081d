using System.Threading.Tasks;

namespace Acme.Plant;

public static class Mistakes
{
    public static async Task Make(PlantGalaxy plant)
    {
        Pump pump = plant.Mixing.Pump_001;
        await pump.SpedSetpoint.ReadAsync();          // CS1061: a misspelt tag
        await pump.Speed.WriteAsync(42.5f);           // CS1061: a write to a view-only attribute
        await pump.SpeedSetpoint.WriteAsync("fast");  // CS1503: text to a float
    }
}
