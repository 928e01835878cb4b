using System.Text;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>A path below the base directory, cut at its slashes.</summary>
/// <param name="Text">As it was given.</param>
/// <param name="Folders">The folders on the way, none of them empty, <c>.</c> or <c>..</c>.</param>
/// <param name="Name">The last part; null where the path ends in <c>/</c> or <c>.</c> and so can only mean a folder.</param>
internal sealed record LocalPath(string Text, IReadOnlyList<string> Folders, string? Name)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="TransferException">Reason <c>path</c>: absolute, empty, with <c>..</c> or U+0000, or not Unicode.</exception>
    public static LocalPath Parse(string path)
    {
        RefuseWhatNoFileIsCalled(path);
        if (path.StartsWith('/'))
        {
            throw Fault($"{Printable.Name(path)} is an absolute path; local names are relative to the base directory");
        }
        var parts = path.Split('/');
        if (parts.Contains(".."))
        {
            throw Fault($"{Printable.Name(path)} has '..' in it; nothing outside of the base directory is read or written");
        }
        var name = parts[^1] is "" or "." ? null : parts[^1];
        var folders = parts[..^1].Where(part => part is not ("" or ".")).ToArray();
        return new LocalPath(path, folders, name);
    }

    /// <summary>The last part of a path on the server, to be the name of a local file.</summary>
    /// <exception cref="TransferException">Reason <c>path</c>: it has no last part that a file could be called by.</exception>
    public static string NameOf(string remotePath)
    {
        RefuseWhatNoFileIsCalled(remotePath);
        var name = remotePath[(remotePath.LastIndexOf('/') + 1)..];
        return name is "" or "." or ".." ? throw Fault($"{Printable.Name(remotePath)} is a folder; only files are copied") : name;
    }

    /// <summary>What is true of names on either side.</summary>
    public static void RefuseWhatNoFileIsCalled(string path)
    {
        if (path.Length == 0)
        {
            throw Fault("a name is empty");
        }
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Fault($"{Printable.Name(path)} has a character U+0000 in it");
        }
        try
        {
            Strict.GetByteCount(path);
        }
        catch (EncoderFallbackException exception)
        {
            throw new TransferException(Reasons.Path, $"{Printable.Name(path)} is not Unicode text", exception);
        }
    }

    private static TransferException Fault(string message) => new(Reasons.Path, message);
}
