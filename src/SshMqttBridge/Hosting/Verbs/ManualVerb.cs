using System.CommandLine;
using SshMqttBridge.Configuration.Settings;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary><c>manual</c>: prints the manual page of the configuration, which the packages contain. For developers.</summary>
internal static class ManualVerb
{
    public static Command Create()
    {
        Command verb = new("manual", "Print the manual page of the configuration.") { Hidden = true };
        verb.SetAction(
            async (_, _) =>
            {
                await Console.Out.WriteAsync(ConfigurationManual.Text());
                return ExitStatus.Success;
            }
        );
        return verb;
    }
}
