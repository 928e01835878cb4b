using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace SshMqttBridge.WebConsole;

/// <summary>
/// Links that download one file each, once, within a minute, in the session that they were created for. A browser can store a
/// file of any size only if it requests it itself, without the header with the page's key; the link's random id replaces the key.
/// Thread-safe.
/// </summary>
internal sealed class DownloadLinks(TimeProvider time)
{
    /// <summary>All links begin with this and a slash.</summary>
    public const string Path = "/api/downloads";

    public const int MaximumLinks = 64;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    // The oldest first.
    private readonly List<Link> _links = [];

    /// <summary>Creates a link; of more than <see cref="MaximumLinks"/>, the oldest one is removed.</summary>
    /// <returns>Its id: 160 random bits.</returns>
    public string Create(string session, string file)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(20));
        lock (_gate)
        {
            RemoveExpired();
            if (_links.Count == MaximumLinks)
            {
                _links.RemoveAt(0);
            }

            _links.Add(new Link(id, session, file, time.GetTimestamp()));
        }

        return id;
    }

    /// <summary>Whether a request uses a link of its session.</summary>
    public bool Accepts(string session, HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) || !request.Path.StartsWithSegments(Path, out var id))
        {
            return false;
        }

        lock (_gate)
        {
            RemoveExpired();
            return IndexOf(session, id.Value?.TrimStart('/')) >= 0;
        }
    }

    /// <summary>Takes a link's file: a second request finds nothing.</summary>
    public bool TryTake(string session, string? id, [NotNullWhen(true)] out string? file)
    {
        lock (_gate)
        {
            RemoveExpired();
            if (IndexOf(session, id) is >= 0 and var index)
            {
                file = _links[index].File;
                _links.RemoveAt(index);
                return true;
            }
        }

        file = null;
        return false;
    }

    private int IndexOf(string session, string? id) => _links.FindIndex(link => link.Id == id && link.Session == session);

    private void RemoveExpired() => _links.RemoveAll(link => time.GetElapsedTime(link.CreatedAt) > Lifetime);

    private sealed record Link(string Id, string Session, string File, long CreatedAt);
}
