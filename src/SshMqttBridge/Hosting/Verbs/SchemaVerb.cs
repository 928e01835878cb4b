using SshMqttBridge.Configuration.Reading;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>schema</c>: prints the JSON Schema of the configuration. It needs no configuration file.</summary>
internal static class SchemaVerb
{
    /// <summary>Writes the schema and returns <see cref="ExitStatus.Success"/>.</summary>
    public static async Task<int> RunAsync(TextWriter output)
    {
        await output.WriteAsync(ConfigurationSchema.Text());
        return ExitStatus.Success;
    }
}
