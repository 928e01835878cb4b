namespace SshMqttBridge.Hosting.Demo;

/// <summary>All files of the demo, in a temporary folder that only its owner can read; deleted at the end.</summary>
internal sealed class DemoFolder : IDisposable
{
    private const string Sample = "A file to try 'put' with.\n";

    /// <summary>Makes the folder, and a file to put.</summary>
    public DemoFolder()
    {
        Directory.CreateDirectory(Files);
        Directory.CreateDirectory(Server);
        File.WriteAllText(Path.Combine(Files, SampleName), Sample);
    }

    /// <summary>The name of a file in <see cref="Files"/>.</summary>
    public const string SampleName = "hello.txt";

    public string Root { get; } = Directory.CreateTempSubdirectory("ssh-mqtt-bridge-demo-").FullName;

    /// <summary>The bridge's end of <c>get</c> and <c>put</c>.</summary>
    public string Files => this["files"];

    /// <summary>The server's end of them, as the demo suggests it.</summary>
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
            Console.Error.WriteLine($"The demo's folder is left behind: {exception.Message}");
        }
    }
}
