namespace SshMqttBridge.Configuration;

/// <summary>How Home Assistant shows the output of a scheduled action.</summary>
internal sealed record ActionSensor
{
    /// <summary>The unit of measurement, for example <c>%</c>; null: none.</summary>
    public string? Unit { get; init; }

    /// <summary>A device class of Home Assistant's sensors, for example <c>temperature</c>; null: none.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>How Home Assistant keeps statistics; null: it keeps none.</summary>
    public SensorStateClass? StateClass { get; init; }

    /// <summary>The template that makes the state of the output; null: its beginning.</summary>
    public string? ValueTemplate { get; init; }

    /// <summary>How long a state is valid if the action does not run again; null: for ever.</summary>
    public TimeSpan? ExpireAfter { get; init; }
}

/// <summary>The state classes of Home Assistant's sensors.</summary>
internal enum SensorStateClass
{
    /// <summary>A value at this moment.</summary>
    Measurement,

    /// <summary>An amount that can grow and shrink.</summary>
    Total,

    /// <summary>An amount that only grows, and sometimes starts again from zero.</summary>
    TotalIncreasing,
}
