using Microsoft.Win32.SafeHandles;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>A regular file under the base directory, open to be read.</summary>
internal sealed class LocalSource(SafeFileHandle file, string path, string name, FileStatus status) : IDisposable
{
    /// <summary>The last part of its path.</summary>
    public string Name => name;

    /// <summary>Its size when it was opened.</summary>
    public long SizeBytes => status.SizeBytes;

    /// <summary>Reads up to a buffer's worth; a count of 0 means that the file ends there.</summary>
    /// <exception cref="IOException">The disk says so.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

    /// <exception cref="TransferException"><c>local</c>: somebody wrote to it since it was opened.</exception>
    public void RefuseIfChanged()
    {
        if (!BaseDirectory.Look(file).IsUnchangedSince(status))
        {
            throw Changed();
        }
    }

    public TransferException Changed() => new(Reasons.Local, $"{Printable.Name(path)} changed while it was read");

    public void Dispose() => file.Dispose();
}
