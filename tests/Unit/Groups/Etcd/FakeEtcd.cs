using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace SshMqttBridge.Tests.Unit.Groups.Etcd;

/// <summary>A member of an etcd cluster, as far as a lease needs it.</summary>
internal sealed class FakeEtcd(TimeProvider time) : HttpMessageHandler
{
    private readonly Dictionary<long, (TimeSpan TimeToLive, long RenewedAt)> _leases = [];
    private readonly Dictionary<string, (string Value, long Lease, long Revision)> _keys = [];
    private readonly List<string> _requests = [];
    private long _revision;

    /// <summary>What a member answers instead; null: nothing.</summary>
    public Func<Uri, HttpResponseMessage?>? Instead { get; set; }

    /// <summary>Whether the next transaction is carried out, and its response lost.</summary>
    public bool LosesNextResponse { get; set; }

    /// <summary>The shortest lease that it grants, in seconds.</summary>
    public long ShortestLease { get; set; } = 2;

    /// <summary>The URLs that were asked, one after another.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>A key; null: it does not exist.</summary>
    public string? this[string key]
    {
        get
        {
            Expire();
            return _keys.TryGetValue(key, out var found) ? found.Value : null;
        }
    }

    /// <summary>Another instance takes the lead.</summary>
    public void Lead(string key, string value)
    {
        _leases[1] = (TimeSpan.FromDays(1), time.GetTimestamp());
        _keys[key] = (value, 1, ++_revision);
    }

    /// <summary>Somebody deletes a key.</summary>
    public void Delete(string key) => _keys.Remove(key);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        _requests.Add(url.ToString());
        if (Instead?.Invoke(url) is { } instead)
        {
            return instead;
        }

        var body = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        Expire();
        JsonNode? response = url.AbsolutePath switch
        {
            "/v3/lease/grant" => Grant(Number(body["TTL"])),
            "/v3/lease/keepalive" => KeepAlive(Number(body["ID"])),
            "/v3/lease/revoke" => Revoke(Number(body["ID"])),
            "/v3/kv/range" => Range(Text(body["key"]), Text(body["range_end"])),
            "/v3/kv/txn" => Transact(body),
            _ => null,
        };
        if (LosesNextResponse && url.AbsolutePath == "/v3/kv/txn")
        {
            LosesNextResponse = false;
            throw new HttpRequestException("the connection was closed");
        }

        return response is null
            ? Refuse(HttpStatusCode.NotFound, """{"error":"etcdserver: requested lease not found","code":5}""")
            : new HttpResponseMessage { Content = new StringContent(response.ToJsonString()) };
    }

    public static HttpResponseMessage Refuse(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body) };

    private JsonObject Grant(long seconds)
    {
        var granted = Math.Max(seconds, ShortestLease);
        var id = 7_000_000_000_000_000_000 + _leases.Count;
        _leases.Add(id, (TimeSpan.FromSeconds(granted), time.GetTimestamp()));
        return new JsonObject { ["ID"] = id.ToString(), ["TTL"] = granted.ToString() };
    }

    private JsonObject KeepAlive(long id)
    {
        JsonObject result = new() { ["ID"] = id.ToString() };
        if (_leases.TryGetValue(id, out var lease))
        {
            _leases[id] = lease with { RenewedAt = time.GetTimestamp() };
            result["TTL"] = ((long)lease.TimeToLive.TotalSeconds).ToString();
        }

        return new JsonObject { ["result"] = result };
    }

    private JsonObject? Revoke(long id)
    {
        if (!_leases.Remove(id))
        {
            return null;
        }

        RemoveKeysOf(id);
        return [];
    }

    private JsonObject Range(string from, string end)
    {
        JsonArray found = [];
        foreach (var (key, value) in _keys)
        {
            if (string.CompareOrdinal(key, from) >= 0 && string.CompareOrdinal(key, end) < 0)
            {
                JsonObject one = new()
                {
                    ["key"] = Base64(key),
                    ["value"] = Base64(value.Value),
                    ["mod_revision"] = value.Revision.ToString(),
                };
                if (value.Lease != 0)
                {
                    one["lease"] = value.Lease.ToString();
                }

                found.Add(one);
            }
        }

        return found.Count == 0 ? [] : new JsonObject { ["kvs"] = found };
    }

    private JsonObject Transact(JsonNode body)
    {
        var holds = body["compare"]!
            .AsArray()
            .All(compare =>
                compare!["target"]!.GetValue<string>() == "MOD"
                && (_keys.TryGetValue(Text(compare["key"]), out var key) ? key.Revision : 0) == Number(compare["mod_revision"])
            );
        if (!holds)
        {
            return [];
        }

        _revision++;
        foreach (var change in body["success"]!.AsArray())
        {
            var put = change!["request_put"]!;
            _keys[Text(put["key"])] = (Text(put["value"]), Number(put["lease"]), _revision);
        }

        return new JsonObject { ["succeeded"] = true };
    }

    private void Expire()
    {
        foreach (var (id, lease) in _leases.ToList())
        {
            if (time.GetElapsedTime(lease.RenewedAt) >= lease.TimeToLive)
            {
                _leases.Remove(id);
                RemoveKeysOf(id);
            }
        }
    }

    private void RemoveKeysOf(long lease)
    {
        foreach (var key in _keys.Where(key => key.Value.Lease == lease).Select(key => key.Key).ToList())
        {
            _keys.Remove(key);
        }
    }

    private static long Number(JsonNode? node) => long.Parse(node!.GetValue<string>());

    private static string Text(JsonNode? node) => Encoding.UTF8.GetString(Convert.FromBase64String(node!.GetValue<string>()));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
