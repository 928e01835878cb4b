namespace SshMqttBridge.Configuration;

/// <summary>
/// The configuration that the bridge has read, for people: each setting with its value and where the value comes from. Contains
/// no secrets, and no commands of actions, which may contain confidential details. Immutable.
/// </summary>
internal interface ISettingsInForce
{
    /// <summary>The absolute path of the configuration file.</summary>
    string File { get; }

    /// <summary>All sections except those of the servers.</summary>
    IReadOnlyList<SectionInForce> OfBridge();

    /// <summary>The sections of a server, with those of its actions; null: there is no such server.</summary>
    IReadOnlyList<SectionInForce>? OfServer(string id);
}
