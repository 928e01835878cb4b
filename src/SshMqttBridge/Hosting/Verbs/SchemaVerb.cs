using System.CommandLine;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>schema</c>: prints the JSON Schema of the configuration. It needs no configuration file.</summary>
internal static class SchemaVerb
{
    public static Command Create()
    {
        Command verb = new("schema", "Print the JSON Schema of the configuration.");
        verb.SetAction((_, _) => RunAsync(Console.Out));
        return verb;
    }

    /// <summary>Writes the schema and returns <see cref="ExitStatus.Success"/>.</summary>
    public static async Task<int> RunAsync(TextWriter output)
    {
        await output.WriteAsync(ConfigurationSchema.Text());
        return ExitStatus.Success;
    }
}
