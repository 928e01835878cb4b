using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>A path below the base directory, split at its slashes.</summary>
/// <param name="Text">The path as given.</param>
/// <param name="Folders">The folders of the path without empty parts, <c>.</c> and <c>..</c>.</param>
/// <param name="Name">The last part; null: the path ends in <c>/</c> or <c>.</c>, so it can only be a folder.</param>
internal sealed record LocalPath(string Text, IReadOnlyList<string> Folders, string? Name)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="TransferException">Reason <c>path</c>: the path is absolute or empty, contains <c>..</c> or U+0000, or is
    /// not Unicode.</exception>
    public static LocalPath Parse(string path)
    {
        ThrowIfInvalid(path);
        if (path.StartsWith('/'))
        {
            throw Fault($"{Printable.Name(path)} is an absolute path; local paths are relative to the base directory");
        }
        var parts = path.Split('/');
        if (parts.Contains(".."))
        {
            throw Fault($"{Printable.Name(path)} contains '..'; files outside of the base directory are not accessible");
        }
        var name = parts[^1] is "" or "." ? null : parts[^1];
        var folders = parts[..^1].Where(part => part is not ("" or ".")).ToArray();
        return new LocalPath(path, folders, name);
    }

    /// <summary>Returns the last part of a path on the server, as the name of a local file.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: the last part is not a valid file name.</exception>
    public static string NameOf(string remotePath)
    {
        ThrowIfInvalid(remotePath);
        var name = remotePath[(remotePath.LastIndexOf('/') + 1)..];
        return name is "" or "." or ".."
            ? throw Fault($"{Printable.Name(remotePath)} is a folder; only files can be copied")
            : name;
    }

    /// <summary>Refuses paths that are invalid on both sides.</summary>
    public static void ThrowIfInvalid(string path)
    {
        if (path.Length == 0)
        {
            throw Fault("a path is empty");
        }
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Fault($"{Printable.Name(path)} contains the character U+0000");
        }
        try
        {
            Strict.GetByteCount(path);
        }
        catch (EncoderFallbackException exception)
        {
            throw new TransferException(Reasons.Path, $"{Printable.Name(path)} is not valid Unicode", exception);
        }
    }

    private static TransferException Fault(string message) => new(Reasons.Path, message);
}
