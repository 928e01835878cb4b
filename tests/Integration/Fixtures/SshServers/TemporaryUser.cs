using System.Security.Cryptography;
using SshMqttBridge.Tests.Integration.Fixtures.Processes;

namespace SshMqttBridge.Tests.Integration.Fixtures.SshServers;

/// <summary>A system user with a password, with the home <c>/</c>; deleted at the end. Needs root.</summary>
internal sealed class TemporaryUser : IAsyncDisposable
{
    private TemporaryUser(string name, string password)
    {
        Name = name;
        Password = password;
    }

    public string Name { get; }

    public string Password { get; }

    public static async Task<TemporaryUser> CreateAsync(string shell = "/bin/sh")
    {
        TemporaryUser user = new(
            $"bridge{RandomNumberGenerator.GetHexString(8, lowercase: true)}",
            RandomNumberGenerator.GetHexString(20)
        );
        var hash = await ChildProcess.RunAsync("openssl", "passwd", "-6", user.Password);
        await ChildProcess.RunAsync("useradd", "-M", "-N", "-d", "/", "-s", shell, "-p", hash.Trim(), user.Name);
        AppDomain.CurrentDomain.ProcessExit += user.OnProcessExit;
        return user;
    }

    /// <summary>From now on a new password is asked for at the next login.</summary>
    public Task ExpireAsync() => ChildProcess.RunAsync("chage", "-d", "0", Name);

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        await ChildProcess.RunAsync("userdel", "-f", Name);
    }

    private void OnProcessExit(object? sender, EventArgs e) =>
        System.Diagnostics.Process.Start("userdel", ["-f", Name]).WaitForExit();
}
