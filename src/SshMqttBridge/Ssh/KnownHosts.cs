using System.Diagnostics.CodeAnalysis;
using System.Text;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The bridge's own known hosts, a file in OpenSSH's format. It is read anew for each question, so that what <c>trust</c> or an editor wrote counts
/// at once and is never overwritten with something older. All members may be called from any thread.
/// </summary>
internal sealed class KnownHosts(string path)
{
    /// <summary>What an adapter may be asked for, best first. Keys of other types stay in the file and are not used.</summary>
    private static readonly string[] UsableTypes =
    [
        "ssh-ed25519",
        "ecdsa-sha2-nistp521",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp256",
        "ssh-rsa",
    ];

    private readonly Lock _lock = new();

    /// <summary>The file's name in the bridge's state directory.</summary>
    public static string FileIn(string stateDirectory) => Path.Combine(stateDirectory, "known_hosts");

    /// <summary>
    /// The host key types to ask a server for: those known of it first, so that it shows the key that can be compared; then the others, so that one that gave up
    /// its known key is found out and not just unreachable. Empty for a host that is not known.
    /// </summary>
    public IReadOnlyList<string> TypesFor(string host, int port)
    {
        lock (_lock)
        {
            if (!TryRead(out var file, out _))
            {
                return [];
            }

            var known = KeysOf(file, KnownHostsLine.NameOf(host, port), KnownHostsMarker.None)
                .Select(key => key.Type)
                .ToHashSet(StringComparer.Ordinal);
            return known.Count == 0 ? [] : [.. UsableTypes.OrderByDescending(known.Contains)];
        }
    }

    /// <summary>Judges the key that a server showed, and stores the first one of an unknown server where its policy says so.</summary>
    public HostKeyVerdict Judge(ServerOptions server, HostKey key)
    {
        if (server.HostKey.Mode == HostKeyMode.Pinned)
        {
            return key.Fingerprint == server.HostKey.Fingerprint
                ? new HostKeyVerdict(HostKeyDecision.Accepted)
                : Refuse(
                    $"{About(server)} is not the pinned one: pinned is {server.HostKey.Fingerprint}, presented was {Words(key)}. If that is right, change 'hostKey'"
                );
        }

        lock (_lock)
        {
            if (!TryRead(out var file, out var problem))
            {
                return Refuse($"{About(server)} cannot be checked: {problem}");
            }

            var name = KnownHostsLine.NameOf(server.Host, server.Port);
            if (KeysOf(file, name, KnownHostsMarker.Revoked).Contains(key))
            {
                return Refuse($"{About(server)} is revoked: {path} marks {Words(key)} with @revoked");
            }

            var known = KeysOf(file, name, KnownHostsMarker.None).ToList();
            return known switch
            {
                _ when known.Contains(key) => new HostKeyVerdict(HostKeyDecision.Accepted),
                [] when server.HostKey.Mode == HostKeyMode.Strict => Refuse(
                    $"{About(server)} is not known, and 'hostKey' is strict: presented was {Words(key)}. If that is right: SshMqttBridge trust {server.Id}"
                ),
                [] => Store(file, server, key),
                _ => Refuse(
                    $"{About(server)} has changed: known is {string.Join(" or ", known.Select(Words))}, presented was {Words(key)}. "
                        + $"Either the server was set up anew, or somebody is between it and the bridge. If the new key is right: SshMqttBridge trust {server.Id}"
                ),
            };
        }
    }

    /// <summary>Makes the key the only one known of a host; lines about others stay as they are, and so do patterns and revoked keys.</summary>
    /// <exception cref="IOException">The file cannot be read or written, in words that name it.</exception>
    public void Replace(string host, int port, HostKey key)
    {
        lock (_lock)
        {
            var file = KnownHostsFile.Read(path);
            var name = KnownHostsLine.NameOf(host, port);
            for (var i = file.Lines.Count - 1; i >= 0; i--)
            {
                var text = file.Lines[i].Text;
                if (KnownHostsLine.IsBlank(text) || KnownHostsLine.Parse(text) is not { Marker: KnownHostsMarker.None } line)
                {
                    continue;
                }

                switch (line.Without(text, name))
                {
                    case null:
                        file.Lines.RemoveAt(i);
                        break;
                    case var rest when rest != text:
                        file.Lines[i] = new RawLine(Encoding.UTF8.GetBytes(rest));
                        break;
                }
            }

            file.Add(KnownHostsLine.Format(host, port, key));
            file.Write();
        }
    }

    /// <summary>What is wrong with the file, a sentence each: lines that are broken are skipped, and stay in the file.</summary>
    public IReadOnlyList<string> Warnings()
    {
        lock (_lock)
        {
            return TryRead(out var file, out var problem)
                ?
                [
                    .. file
                        .Lines.Select((line, index) => (line.Text, Number: index + 1))
                        .Where(line => !KnownHostsLine.IsBlank(line.Text) && KnownHostsLine.Parse(line.Text) is null)
                        .Select(line => $"{path}: line {line.Number} is broken and was skipped"),
                ]
                : [$"no host key can be checked: {problem}"];
        }
    }

    private static HostKeyVerdict Store(KnownHostsFile file, ServerOptions server, HostKey key)
    {
        try
        {
            file.Add(KnownHostsLine.Format(server.Host, server.Port, key));
            file.Write();
            return new HostKeyVerdict(HostKeyDecision.Stored);
        }
        catch (IOException exception)
        {
            // Accepted without being stored, the next key, whosever it is, would be a first one again.
            return Refuse($"{About(server)} is new and cannot be stored: {exception.Message}");
        }
    }

    private bool TryRead([NotNullWhen(true)] out KnownHostsFile? file, [NotNullWhen(false)] out string? problem)
    {
        (file, problem) = (null, null);
        try
        {
            file = KnownHostsFile.Read(path);
            return true;
        }
        catch (IOException exception)
        {
            problem = exception.Message;
            return false;
        }
    }

    private static IEnumerable<HostKey> KeysOf(KnownHostsFile file, string name, KnownHostsMarker marker) =>
        from raw in file.Lines
        let text = raw.Text
        where !KnownHostsLine.IsBlank(text)
        let line = KnownHostsLine.Parse(text)
        where line is not null && line.Marker == marker && line.Matches(name)
        select line.Key;

    private static HostKeyVerdict Refuse(string message) => new(HostKeyDecision.Refused, message);

    private static string About(ServerOptions server) =>
        $"the host key of {server.Id} ({KnownHostsLine.NameOf(server.Host, server.Port)})";

    private static string Words(HostKey key) => $"{key.Type} {key.Fingerprint}";
}
