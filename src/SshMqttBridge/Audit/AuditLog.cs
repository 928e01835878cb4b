using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SshMqttBridge.Commands;
using SshMqttBridge.Common;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Audit;

/// <summary>
/// Records each command's end and each refusal as one line of JSON: who did what, where, and what came of it. Thread-safe. Never throws: what cannot be
/// written is counted, told once, and noted in the log itself when that can be written again.
/// </summary>
/// <remarks>A line is one write to a local file, so it neither holds a worker up for long nor is it lost when the bridge is killed.</remarks>
internal sealed class AuditLog : IDisposable
{
    /// <summary>The longest text of a command or topic in a line, so that a few huge ones cannot push all others out of the kept files.</summary>
    public const int MaximumTextLength = 16 * 1024;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly RotatingFile? _file;
    private readonly AuditedCommands _commands;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Action<StorageNotice> _notify;
    private long _missing;

    /// <param name="options">Where and what to write; null: nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="notify">Told when the log begins to fail and when it works again; must be quick and not throw.</param>
    public AuditLog(AuditOptions? options, TimeProvider time, Action<StorageNotice> notify)
    {
        _file = options is null ? null : new RotatingFile(options.File, options.MaxBytes, options.Files, time);
        _commands = options?.Commands ?? AuditedCommands.None;
        _path = options?.File ?? "";
        _time = time;
        _notify = notify;
    }

    /// <summary>Records nothing.</summary>
    public static AuditLog Off { get; } = new(null, TimeProvider.System, static _ => { });

    /// <summary>Records one command's end or one refusal.</summary>
    public void Write(AuditEntry entry)
    {
        if (_file is null)
        {
            return;
        }

        StorageNotice? notice;
        lock (_gate)
        {
            notice = TryWrite(_file, entry);
        }

        if (notice is not null)
        {
            _notify(notice);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
        }
    }

    /// <summary>Writes the entry, and before it how many are missing; returns what is to be told.</summary>
    private StorageNotice? TryWrite(RotatingFile file, AuditEntry entry)
    {
        try
        {
            StorageNotice? notice = null;
            if (_missing > 0)
            {
                file.Append(Line(json => json.WriteNumber("missing", _missing)));
                notice = new StorageNotice(true, $"The audit log {_path} can be written again; {_missing} entries are missing.");
                _missing = 0;
            }

            file.Append(Line(json => Write(json, entry)));
            return notice;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ++_missing == 1
                ? new StorageNotice(false, $"The audit log {_path} cannot be written: {exception.Message}")
                : null;
        }
    }

    private ReadOnlySpan<byte> Line(Action<Utf8JsonWriter> write)
    {
        _line.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_line, BridgeJson.Writer))
        {
            json.WriteStartObject();
            json.WriteString(
                "time",
                _time.GetUtcNow().UtcDateTime.ToString(UtcMillisecondsConverter.Format, CultureInfo.InvariantCulture)
            );
            write(json);
            json.WriteEndObject();
        }

        _line.Write("\n"u8);
        return _line.WrittenSpan;
    }

    private void Write(Utf8JsonWriter json, AuditEntry entry)
    {
        json.WriteString("server", Shortened(entry.Server));
        json.WriteString("user", entry.Who?.User);
        json.WriteString("hostKey", entry.Who?.HostKeyFingerprint);
        json.WriteString("topic", Shortened(entry.Topic));
        json.WriteString("id", entry.Id);
        json.WriteString(
            "operation",
            entry.Operation is { } operation ? JsonNamingPolicy.CamelCase.ConvertName(operation.ToString()) : null
        );
        json.WriteString("command", Shown(entry.Command));
        if (entry.Action is { } action)
        {
            json.WriteString("action", action);
        }

        json.WriteString("status", JsonNamingPolicy.CamelCase.ConvertName(entry.Status.ToString()));
        json.WriteString("reason", entry.Reason);
        WriteNumber(json, "exit", entry.Exit);
        json.WriteNumber("outBytes", entry.OutBytes);
        json.WriteNumber("errBytes", entry.ErrBytes);
        WriteNumber(json, "bytes", entry.Bytes);
        json.WriteNumber("durationMs", entry.DurationMs);
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

    private string? Shown(string? command) =>
        _commands switch
        {
            AuditedCommands.Text => Shortened(command),
            AuditedCommands.Hash when command is not null => Hash(command),
            _ => null,
        };

    /// <summary>A long text's beginning, and the hash of all of it.</summary>
    private static string? Shortened(string? text)
    {
        if (text is not { Length: > MaximumTextLength })
        {
            return text;
        }

        var length = char.IsHighSurrogate(text[MaximumTextLength - 1]) ? MaximumTextLength - 1 : MaximumTextLength;
        return $"{text.AsSpan(0, length)}… {Hash(text)}";
    }

    private static string Hash(string text) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
