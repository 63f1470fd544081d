namespace Acme.Consumer
{
    /// <summary>Names something of each plant.</summary>
    public static class Consumer
    {
        /// <summary>The project's own name is the namespace where the item has none.</summary>
        public static MxGateway.Typed.MxAttribute<float> Whole(Odd_Settings.PlantGalaxy plant) { return plant.B.Pump_10.Speed; }

        /// <summary>A filter with both signs that start comments.</summary>
        public static Acme.Filtered.Pump Filtered(Acme.Filtered.PumpsOfA plant) { return plant.A.Pump_1; }

        /// <summary>By wildcard.</summary>
        public static Acme.More.North.Pump North(Acme.More.North.NorthGalaxy plant) { return plant.A.Pump_1; }

        /// <summary>Of a target.</summary>
        public static Acme.Late.Pump Late(Acme.Late.LateGalaxy plant) { return plant.B.Pump_10; }

        // In the consumer's own namespace, and internal.
        internal static Pump Own(PlantGalaxy plant) { return plant.A.Pump_1; }
    }
}
