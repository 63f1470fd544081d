using System.Threading.Tasks;
using MxGateway.Typed;

namespace Acme.Plant;

public static class Correct
{
    public static async Task Use(PlantGalaxy plant, MxCredentials user, MxCredentials verifier)
    {
        Pump pump = plant.Mixing.Pump_001;
        MxSample<float> limit = await pump.PV.HiHi.Limit.ReadAsync();
        await pump.SpeedSetpoint.WriteAsync(limit.Value);
        await pump.Trip.WriteAsync(true, user, verifier);
        await pump.ShortDesc.WriteAsync("feed pump");
    }
}
