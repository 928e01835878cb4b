namespace SshMqttBridge.Tests.Integration.Contracts;

/// <summary>
/// Not beside other tests: each of these ends by looking whether the process holds a native handle. See <see cref="Ssh.Alone"/>.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MqttAlone
{
    public const string Name = "MQTT";
}
