namespace SshMqttBridge.Hosting.Demo;

/// <summary>The demo's temporary folder, which only its owner can read. Deleted at the end.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Sample = "A file to try 'put' with.\n";

    /// <summary>Creates the folder, and a file for <c>put</c>.</summary>
    public DemoFolder()
    {
        Directory.CreateDirectory(Files);
        Directory.CreateDirectory(Server);
        File.WriteAllText(Path.Combine(Files, SampleName), Sample);
    }

    /// <summary>The name of a file in <see cref="Files"/>.</summary>
    public const string SampleName = "hello.txt";

    public string Root { get; } = Directory.CreateTempSubdirectory("ssh-mqtt-bridge-demo-").FullName;

    /// <summary>The bridge's files for <c>get</c> and <c>put</c>.</summary>
    public string Files => this["files"];

    /// <summary>The server's files, in the demo's suggestions.</summary>
    public string Server => this["server"];

    public string ConfigurationFile => this["bridge.yaml"];

    public string ConsoleTokenFile => this["state/web-console-token"];

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => Path.Combine(Root, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Could not remove the demo's folder: {exception.Message}");
        }
    }
}
