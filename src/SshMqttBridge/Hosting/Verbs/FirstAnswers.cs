using System.Globalization;

namespace SshMqttBridge.Hosting.Verbs;

/// <summary>The answers from which <c>init</c> writes a first configuration.</summary>
/// <param name="Broker">The broker.</param>
/// <param name="Server">The SSH server.</param>
/// <param name="ServerId">The server's name in topics.</param>
/// <param name="KeyFile">The file of the private key; null: the keys of the SSH agent.</param>
internal sealed record FirstAnswers(HostAnswer Broker, HostAnswer Server, string ServerId, string? KeyFile)
{
    /// <summary>The name of the file beside the configuration that holds the password for the broker.</summary>
    public const string PasswordFile = "mqtt-password";

    /// <summary>The configuration. All values are quoted, so no answer can be taken for another key.</summary>
    /// <param name="schemaFile">Where an editor finds the schema; null: the configuration does not name it.</param>
    public string ToYaml(string? schemaFile = null) =>
        string.Concat(
            schemaFile is null ? "" : $"# yaml-language-server: $schema={schemaFile}\n",
            "# All settings: docs/configuration.md, or SshMqttBridge.yaml(5)\n",
            "mqtt:\n",
            Line("host", Broker.Host),
            Broker.Port is { } port ? Line("port", port) : "",
            Broker.User is { } user ? Line("username", user) + Line("passwordFile", PasswordFile) : "",
            "servers:\n",
            $"  {ServerId}:\n",
            "  " + Line("host", Server.Host),
            Server.Port is { } sshPort ? "  " + Line("port", sshPort) : "",
            "  " + Line("user", Server.User!),
            "  " + (KeyFile is null ? "  agent: true\n" : Line("privateKeyFile", KeyFile))
        );

    private static string Line(string key, string value) =>
        $"  {key}: \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\n";

    private static string Line(string key, int value) => $"  {key}: {value.ToString(CultureInfo.InvariantCulture)}\n";
}
