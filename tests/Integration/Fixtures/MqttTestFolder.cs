namespace SshMqttBridge.Tests.Integration.Fixtures;

/// <summary>A new folder for one test, deleted at its end.</summary>
internal sealed class MqttTestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ssh-mqtt-bridge-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may still write; the system's temporary folder is cleaned anyway.
        }
    }
}
