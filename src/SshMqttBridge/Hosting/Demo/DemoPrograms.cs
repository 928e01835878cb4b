namespace SshMqttBridge.Hosting.Demo;

/// <summary>The programs that the demo's SSH server needs.</summary>
/// <param name="Sshd">The path of OpenSSH's <c>sshd</c>, which requires it to be absolute.</param>
/// <param name="SshKeygen">The path of its <c>ssh-keygen</c>.</param>
internal sealed record DemoPrograms(string Sshd, string SshKeygen)
{
    /// <summary>Folders of daemons, which are not in the <c>PATH</c> of most users.</summary>
    private static readonly string[] FoldersOfDaemons = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

    /// <summary>Finds the programs; null: one of them is missing.</summary>
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
