namespace SshMqttBridge.Configuration;

/// <summary>How Home Assistant shows whether the last run of a scheduled action succeeded.</summary>
internal sealed record ActionBinarySensor
{
    /// <summary>A device class of Home Assistant's binary sensors, for example <c>problem</c>; null: none.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>Whether the exit status 0 is off. Default false: it is on.</summary>
    public bool Invert { get; init; }
}
