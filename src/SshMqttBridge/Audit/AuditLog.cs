using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Audit;

/// <summary>
/// Records the end of each command, and each rejection, as one line of JSON. Thread-safe. Never throws: counts entries that it
/// cannot write, reports the first failure, and adds the number of missing entries when the log can be written again.
/// </summary>
/// <remarks>Each line is one write to a local file: it takes little time, and the line survives a kill of the bridge.</remarks>
internal sealed class AuditLog : IDisposable
{
    /// <summary>Of a command or topic, so that a few long ones do not displace all others from the kept files.</summary>
    public const int MaximumTextLength = 16 * 1024;

    /// <summary>How long writing must work until the end of a trouble is reported.</summary>
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly TimeProvider _time;
    private readonly Action<StorageNotice> _notify;
    private AuditOptions? _options;
    private volatile RotatingFile? _file;
    private long _missing;
    private long _missingInAll;
    private long _failedAt;

    /// <param name="options">The file and its content; null disables the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notify">Called when writing fails and when it works again; must be fast and not throw.</param>
    public AuditLog(AuditOptions? options, TimeProvider time, Action<StorageNotice> notify)
    {
        _time = time;
        _notify = notify;
        _options = options;
        _file = Open(options);
    }

    /// <summary>Called for each command and rejection, also without a log; must be quick, and not throw. Set it before the first entry.</summary>
    public Action<AuditEntry> Observe { get; set; } = static _ => { };

    /// <summary>Records nothing.</summary>
    public static AuditLog Off { get; } = new(null, TimeProvider.System, static _ => { });

    /// <summary>Records the end of a command, or a rejection.</summary>
    public void Write(AuditEntry entry)
    {
        Observe(entry);
        if (_file is not null)
        {
            Write(json => Write(json, entry));
        }
    }

    /// <summary>Records what a user of the web console did.</summary>
    public void Write(ConsoleAuditEntry entry) => Write(json => Write(json, entry));

    private void Write(Action<Utf8JsonWriter> entry)
    {
        StorageNotice? notice;
        lock (_gate)
        {
            notice = _file is null ? null : TryWrite(_file, entry);
        }

        if (notice is not null)
        {
            _notify(notice);
        }
    }

    /// <summary>Continues with other options; null disables the log.</summary>
    public void Reconfigure(AuditOptions? options)
    {
        lock (_gate)
        {
            if (options != _options)
            {
                _file?.Dispose();
                _options = options;
                _file = Open(options);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
        }
    }

    private RotatingFile? Open(AuditOptions? options) =>
        options is null ? null : new RotatingFile(options.File, options.MaxBytes, options.Files, _time);

    /// <summary>Writes the entry, after the number of missing ones; returns what to report.</summary>
    private StorageNotice? TryWrite(RotatingFile file, Action<Utf8JsonWriter> entry)
    {
        try
        {
            if (_missing > 0)
            {
                file.Append(Line(json => json.WriteNumber("missing", _missing)));
                _missing = 0;
            }

            file.Append(Line(entry));
            return Recovery();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _missing++;
            _failedAt = _time.GetTimestamp();
            return ++_missingInAll == 1
                ? new StorageNotice(false, $"The audit log {_options?.File} cannot be written: {exception.Message}")
                : null;
        }
    }

    /// <summary>The report of the end of a trouble: on a full disk, short lines can be written now and then.</summary>
    private StorageNotice? Recovery()
    {
        if (_missingInAll == 0 || _time.GetElapsedTime(_failedAt) < RecoveryTime)
        {
            return null;
        }

        StorageNotice notice = new(
            true,
            $"The audit log {_options?.File} can be written again; {_missingInAll} entries are missing."
        );
        _missingInAll = 0;
        return notice;
    }

    private ReadOnlySpan<byte> Line(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString("time", UtcMillisecondsConverter.ToText(_time.GetUtcNow()));
            write(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }

    private void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteString("server", Truncate(entry.Server));
        json.WriteString("user", entry.Identity?.User);
        json.WriteString("hostKey", entry.Identity?.HostKeyFingerprint);
        json.WriteString("topic", Truncate(entry.Topic));
        json.WriteString("id", entry.Id);
        json.WriteString("operation", entry.Operation is { } operation ? OperationInfo.Of(operation).Name : null);
        json.WriteString("command", CommandText(entry.Command));
        if (entry.Action is { } action)
        {
            json.WriteString("action", action);
        }

        if (entry.IsDuplicate)
        {
            json.WriteBoolean("duplicate", true);
        }

        json.WriteString("status", entry.Status is { } status ? CamelCase.Of(status) : null);
        json.WriteString("reason", entry.Reason);
        WriteNumber(json, "exit", entry.Exit);
        json.WriteNumber("outBytes", entry.OutBytes);
        json.WriteNumber("errBytes", entry.ErrBytes);
        WriteNumber(json, "bytes", entry.Bytes);
        json.WriteNumber("durationMs", entry.DurationMs);
    }

    private void Write(Utf8JsonWriter json, ConsoleAuditEntry entry)
    {
        json.WriteString("source", "web-console");
        json.WriteString("address", entry.Address);
        json.WriteString("operation", entry.Operation);
        if (entry.Server is { } server)
        {
            json.WriteString("server", server);
        }

        if (entry.HostKey is { } key)
        {
            json.WriteString("hostKey", key);
        }

        if (entry.File is { } file)
        {
            json.WriteString("file", CommandText(file));
            WriteNumber(json, "bytes", entry.Bytes);
        }
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private string? CommandText(string? command) =>
        _options?.Commands switch
        {
            AuditedCommands.Text => Truncate(command),
            AuditedCommands.Hash when command is not null => Hash(command),
            _ => null,
        };

    /// <summary>The beginning of a long text, and the hash of the whole.</summary>
    private static string? Truncate(string? text) =>
        text is { Length: > MaximumTextLength } ? $"{Excerpt.Of(text, MaximumTextLength)} {Hash(text)}" : text;

    private static string Hash(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
