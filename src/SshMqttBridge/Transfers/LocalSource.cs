using Microsoft.Win32.SafeHandles;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;

namespace SshMqttBridge.Transfers;

/// <summary>A regular file under the base directory, open to be read.</summary>
internal sealed class LocalSource(SafeFileHandle file, string path, string name, FileStatus status) : IDisposable
{
    /// <summary>The last part of the path.</summary>
    public string Name => name;

    /// <summary>The size when the file was opened.</summary>
    public long SizeBytes => status.SizeBytes;

    /// <summary>Reads bytes into the buffer; 0: the end of the file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file, buffer, offset, cancellationToken);

    /// <exception cref="TransferException"><c>local</c>: the file has changed since it was opened.</exception>
    public void ThrowIfChanged()
    {
        if (!BaseDirectory.GetStatus(file).IsUnchangedSince(status))
        {
            throw Changed();
        }
    }

    public TransferException Changed() => new(Reasons.Local, $"{Printable.Name(path)} changed during the transfer");

    public void Dispose() => file.Dispose();
}
