using SshMqttBridge.Configuration;
using SshMqttBridge.Policies;

namespace SshMqttBridge.WebConsole;

/// <summary>Whether the browser may upload, list and download files of the base directory, and how large they may be.</summary>
/// <remarks>
/// On a server that accepts any command and both transfers, a user can create any file and <c>get</c> it, and <c>put</c> any file
/// and print it. There, the browser only saves a detour. If all servers are restricted, it would give their users the content of
/// what <c>get</c> fetches, and let them choose the content of what <c>put</c> sends: only the administrator may allow that.
/// </remarks>
/// <param name="options">The console's settings.</param>
/// <param name="policies">Those of all servers; read anew each time, because a reload may change them.</param>
internal sealed class FileAccess(WebConsoleOptions options, IEnumerable<ServerPolicy> policies)
{
    public bool IsAllowed =>
        options.Files switch
        {
            BrowserFiles.Always => policies.Any(policy => policy.Transfers != TransferRule.None),
            BrowserFiles.Automatic => policies.Any(policy =>
                policy.Commands == CommandRule.Any && policy.Transfers == TransferRule.Both
            ),
            _ => false,
        };

    /// <summary>The maximum size of an upload in bytes.</summary>
    public long MaximumUploadBytes => options.MaxUploadBytes;

    /// <summary>Why it is not allowed, for the user.</summary>
    public string Refusal { get; } =
        options.Files == BrowserFiles.Never
            ? "The configuration does not allow copying files between the browser and the bridge (webConsole.files)."
            : "Files cannot be copied between the browser and the bridge, because the servers are restricted (webConsole.files).";
}
