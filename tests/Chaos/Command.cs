using SshMqttBridge.Tests.Integration.Fixtures.Bridges;

namespace SshMqttBridge.Chaos;

internal enum CommandKind
{
    Exec,
    Put,
    Get,
}

/// <summary>
/// A published command, and everything observed of it. Members change under the lock of the <see cref="Ledger"/>.
/// </summary>
internal sealed class Command(string id, int server, CommandKind kind)
{
    public string Id { get; } = id;

    /// <summary>Number of its server.</summary>
    public int Server { get; } = server;

    public CommandKind Kind { get; } = kind;

    /// <summary>What an <c>exec</c> that succeeds prints.</summary>
    public string? ExpectedOutput { get; init; }

    /// <summary>How many bytes a transfer moves.</summary>
    public int Size { get; init; }

    /// <summary>
    /// When it was first published, and when the broker last acknowledged it; seconds since the start of the run.
    /// </summary>
    public double PublishedAt { get; set; }
    public double AcknowledgedAt { get; set; }

    public int PublishCount { get; set; }
    public int AcknowledgedCount { get; set; }

    /// <summary>Whether <c>queue</c> named it as the running one.</summary>
    public bool WasSeenRunning { get; set; }

    /// <summary>The different results, in the order of arrival.</summary>
    public List<CommandReport> Results { get; } = [];

    /// <summary>When the first result arrived.</summary>
    public double EndedAt { get; set; }

    /// <summary>How often an identical result arrived again.</summary>
    public int RepeatedResults { get; set; }

    /// <summary>When a process of it was last seen on the server.</summary>
    public double LastSeenAlive { get; set; }

    public bool HasStatus(params string[] statuses) => Results.Any(result => statuses.Contains(result.Status));

    /// <summary>Whether all of its results report that it was not executed.</summary>
    public bool WasRefused => Results.Count > 0 && Results.All(result => result.Status is "rejected" or "expired");
}
