using System.Security.Cryptography;
using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Hosting;

/// <summary>Where the bridge's configuration comes from.</summary>
/// <param name="File">The absolute path of the file.</param>
internal sealed record ConfigurationSource(string File)
{
    /// <summary>Reads it again.</summary>
    public LoadedConfiguration Load() => ConfigurationLoader.Load(File, ConfigurationLoader.ProcessEnvironment());

    /// <summary>Changes with the content of the file; null: it cannot be read.</summary>
    public string? Fingerprint()
    {
        try
        {
            using var stream = System.IO.File.OpenRead(File);
            return Convert.ToHexString(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
