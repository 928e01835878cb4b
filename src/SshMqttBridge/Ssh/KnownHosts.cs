using System.Diagnostics.CodeAnalysis;
using System.Text;
using SshMqttBridge.Configuration;

namespace SshMqttBridge.Ssh;

/// <summary>
/// The bridge's own known hosts, a file in OpenSSH's format. Each call reads it again, so that changes by <c>trust</c> or an
/// editor take effect at once and are never overwritten with older content. All members may be called from any thread.
/// </summary>
internal sealed class KnownHosts(string path)
{
    private readonly Lock _lock = new();

    /// <summary>
    /// Whether to create the folder of the file if it does not exist. Not for a running bridge: if the folder was removed, it must
    /// not take the next key that it sees for the first one.
    /// </summary>
    public bool CreatesFolder { get; init; }

    /// <summary>The file's name in the bridge's state directory.</summary>
    public static string FileIn(string stateDirectory) => Path.Combine(stateDirectory, "known_hosts");

    /// <summary>
    /// The host key types to request from a server: the known ones first, so that the server presents a key that can be compared;
    /// then the others, so that a server that replaced its known key is reported as such and not as unreachable. Empty for an
    /// unknown host.
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
            return known.Count == 0 ? [] : [.. HostKeyTypes.StrongestFirst.OrderByDescending(known.Contains)];
        }
    }

    /// <summary>
    /// Verifies the key that a server presented. Stores the first key of an unknown server if the policy allows it.
    /// </summary>
    public HostKeyVerdict Judge(ServerOptions server, HostKey key)
    {
        if (server.HostKey.Mode == HostKeyMode.Pinned)
        {
            return key.Fingerprint == server.HostKey.Fingerprint
                ? new HostKeyVerdict(HostKeyDecision.Accepted)
                : Refuse(
                    $"{About(server)} does not match the pinned fingerprint: pinned is {server.HostKey.Fingerprint}, "
                        + $"presented was {Describe(key)}. If this key is correct, change 'hostKey'",
                    new RefusedHostKey(server.HostKey.Fingerprint, key, HostKeyRemedy.Configuration)
                );
        }

        lock (_lock)
        {
            if (!TryRead(out var file, out var problem))
            {
                return Refuse(
                    $"{About(server)} cannot be verified: {problem}",
                    new RefusedHostKey(null, key, HostKeyRemedy.KnownHostsFile)
                );
            }

            var name = KnownHostsLine.NameOf(server.Host, server.Port);
            if (KeysOf(file, name, KnownHostsMarker.Revoked).Contains(key))
            {
                return Refuse(
                    $"{About(server)} is revoked: {path} marks {Describe(key)} with @revoked",
                    new RefusedHostKey(null, key, HostKeyRemedy.KnownHostsFile)
                );
            }

            var known = KeysOf(file, name, KnownHostsMarker.None).ToList();
            return known switch
            {
                _ when known.Contains(key) => new HostKeyVerdict(HostKeyDecision.Accepted),
                [] when server.HostKey.Mode == HostKeyMode.Strict => Refuse(
                    $"{About(server)} is unknown, and 'hostKey' is strict: presented was {Describe(key)}. "
                        + $"If this key is correct, run: SshMqttBridge trust {server.Id}",
                    new RefusedHostKey(null, key, HostKeyRemedy.Trust)
                ),
                [] => Store(file, server, key),
                _ => Refuse(
                    $"{About(server)} has changed: known is {Describe(known)}, "
                        + $"presented was {Describe(key)}. "
                        + "Either the server was reinstalled, or someone is intercepting the connection. "
                        + $"If the new key is correct, run: SshMqttBridge trust {server.Id}",
                    new RefusedHostKey(Describe(known), key, HostKeyRemedy.Trust)
                ),
            };
        }
    }

    /// <summary>
    /// Makes the key the only known one of a host. Lines of other hosts, patterns and revoked keys stay unchanged.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read or written; the message names it.</exception>
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
            file.Write(CreatesFolder);
        }
    }

    /// <summary>
    /// Makes a key that was refused the only known one of its server, as <see cref="Replace"/> does, unless the configuration or the
    /// file forbids it.
    /// </summary>
    /// <returns>Why it is forbidden, a sentence for the user; null: the key is known now.</returns>
    /// <exception cref="IOException">The file cannot be read or written; the message names it.</exception>
    public string? Trust(ServerOptions server, HostKey key)
    {
        if (server.HostKey.Mode == HostKeyMode.Pinned)
        {
            return "The configuration fixes the host key of this server (hostKey): change it there.";
        }

        lock (_lock)
        {
            var name = KnownHostsLine.NameOf(server.Host, server.Port);
            if (KeysOf(KnownHostsFile.Read(path), name, KnownHostsMarker.Revoked).Contains(key))
            {
                return "The key is revoked: known_hosts in the state directory marks it with @revoked.";
            }

            Replace(server.Host, server.Port, key);
            return null;
        }
    }

    /// <summary>The problems of the file, one sentence each. Invalid lines are skipped and stay in the file.</summary>
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
                        .Select(line => $"{path}: line {line.Number} is invalid and was skipped"),
                ]
                : [$"no host key can be verified: {problem}"];
        }
    }

    private HostKeyVerdict Store(KnownHostsFile file, ServerOptions server, HostKey key)
    {
        try
        {
            file.Add(KnownHostsLine.Format(server.Host, server.Port, key));
            file.Write(CreatesFolder);
            return new HostKeyVerdict(HostKeyDecision.Stored);
        }
        catch (IOException exception)
        {
            // If the key were accepted without being stored, the next connection would accept any key again.
            return Refuse(
                $"{About(server)} is new and cannot be stored: {exception.Message}",
                new RefusedHostKey(null, key, HostKeyRemedy.KnownHostsFile)
            );
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

    private static HostKeyVerdict Refuse(string message, RefusedHostKey refused) =>
        new(HostKeyDecision.Refused, message, refused);

    private static string About(ServerOptions server) =>
        $"the host key of {server.Id} ({KnownHostsLine.NameOf(server.Host, server.Port)})";

    private static string Describe(IEnumerable<HostKey> keys) => string.Join(" or ", keys.Select(Describe));

    private static string Describe(HostKey key) => $"{key.Type} {key.Fingerprint}";
}
