using System.Security.Cryptography;
using System.Text;
using SshMqttBridge.Commands;

namespace SshMqttBridge.Servers;

/// <summary>
/// A server's accepted commands by id until they end, and for a while their correlation data, to recognize duplicate messages.
/// Thread-safe.
/// </summary>
internal sealed class PendingCommands(TimeProvider time)
{
    /// <summary>
    /// How long after its receipt a message without an id is recognized by its correlation data: long enough for a repeated QoS
    /// 1 publish, short enough for clients that count from 1.
    /// </summary>
    private static readonly TimeSpan CorrelationMemory = TimeSpan.FromSeconds(10);

    /// <summary>The memory for duplicates that wait for the end of their command: a client can send any number.</summary>
    private const long MaximumDuplicateBytes = 1 << 20;

    // Approximately: the object and its place in the list.
    private const int DuplicateOverhead = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, PendingCommand> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Correlation> _byCorrelation = new(StringComparer.Ordinal);
    private readonly Queue<string> _correlations = new();
    private long _duplicateBytes;

    /// <summary>
    /// Returns the command, with the id of a recent message with the same topic, text and correlation data if there was one.
    /// </summary>
    public Command Identify(Command command)
    {
        if (command.HasOwnId || command.Origin.Reply is not { CorrelationData: { Length: > 0 } data } reply)
        {
            return command;
        }

        var key = Fingerprint(command, reply.Topic, data.Span);
        lock (_gate)
        {
            RemoveOldCorrelations();
            if (_byCorrelation.TryGetValue(key, out var known))
            {
                return command with { Id = known.Id, HasOwnId = true };
            }

            _byCorrelation.Add(key, new Correlation(command.Id, command.Origin.ReceivedTimestamp));
            _correlations.Enqueue(key);
            return command;
        }
    }

    /// <summary>Adds a command; false when a command with its id is pending.</summary>
    public bool TryAdd(PendingCommand pending)
    {
        lock (_gate)
        {
            return _byId.TryAdd(pending.Command.Id, pending);
        }
    }

    /// <summary>
    /// Lets the pending command with this id answer its duplicate too.
    /// </summary>
    public DuplicateEntry AddDuplicate(Command duplicate)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(duplicate.Id, out var earlier))
            {
                return DuplicateEntry.Ended;
            }

            var bytes = BytesOf(duplicate.Origin.Reply);
            if (_duplicateBytes + bytes > MaximumDuplicateBytes)
            {
                return DuplicateEntry.TooMany;
            }

            _duplicateBytes += bytes;
            earlier.AddDuplicate(duplicate.Origin.Reply);
            return DuplicateEntry.Added;
        }
    }

    /// <summary>Removes an ending command; later messages with its id are no longer its duplicates.</summary>
    public void Remove(PendingCommand pending)
    {
        lock (_gate)
        {
            if (_byId.Remove(pending.Command.Id))
            {
                _duplicateBytes -= pending.Duplicates.Sum(BytesOf);
            }
        }
    }

    public PendingCommand? Find(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<PendingCommand> All()
    {
        lock (_gate)
        {
            return [.. _byId.Values];
        }
    }

    private static long BytesOf(ReplyAddress? reply) =>
        DuplicateOverhead + (reply is null ? 0 : reply.Topic.Length * sizeof(char) + (reply.CorrelationData?.Length ?? 0));

    private void RemoveOldCorrelations()
    {
        while (_correlations.TryPeek(out var key) && time.GetElapsedTime(_byCorrelation[key].Since) > CorrelationMemory)
        {
            _correlations.Dequeue();
            _byCorrelation.Remove(key);
        }
    }

    private static string Fingerprint(Command command, string replyTopic, ReadOnlySpan<byte> correlationData)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var rest = command switch
        {
            ExecCommand exec => $"{exec.Timeout.Ticks} {exec.StandardInput}",
            PasswordCommand password => password.Password?.Reveal() ?? "",
            _ => "",
        };
        foreach (var part in (string[])[command.Origin.Topic, replyTopic, command.Text ?? "", rest])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        hash.AppendData(correlationData);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private sealed record Correlation(string Id, long Since);
}
