namespace SshMqttBridge.Hosting.Demo;

/// <summary>What the demo's SSH server is made of.</summary>
/// <param name="Sshd">The path of OpenSSH's <c>sshd</c>; it must be absolute, says sshd.</param>
/// <param name="SshKeygen">The path of its <c>ssh-keygen</c>.</param>
internal sealed record DemoPrograms(string Sshd, string SshKeygen)
{
    /// <summary>Where daemons are that are in few users' <c>PATH</c>.</summary>
    private static readonly string[] FoldersOfDaemons = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <summary>Looks for them; null: one of them is not there.</summary>
    public static DemoPrograms? Find() =>
        Find("sshd") is { } sshd && Find("ssh-keygen") is { } keygen ? new DemoPrograms(sshd, keygen) : null;

    private static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathRooted)
            .Concat(FoldersOfDaemons)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
