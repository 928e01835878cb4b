using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SshMqttBridge.Common;

namespace SshMqttBridge.Groups.Etcd;

/// <summary>
/// A client of an etcd cluster, through the JSON gateway that each member serves below <c>/v3</c> on the port for clients (etcd 3.4
/// and later). Asks one member, and the next one if it does not answer. Not for concurrent calls.
/// </summary>
/// <param name="endpoints">The members; at least one.</param>
/// <param name="handler">Owned by the client.</param>
/// <param name="timeout">For one request to one member.</param>
/// <param name="time">The clock.</param>
internal sealed class EtcdClient(IReadOnlyList<Uri> endpoints, HttpMessageHandler handler, TimeSpan timeout, TimeProvider time)
    : IDisposable
{
    private const int MaximumResponseBytes = 1 << 20;

    private readonly HttpClient _http = new(handler)
    {
        MaxResponseContentBufferSize = MaximumResponseBytes,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>The member that answered last.</summary>
    private int _current;

    /// <summary>A client over HTTP, or HTTPS with the certificate authorities of the machine. Uses no proxy.</summary>
    /// <exception cref="ArgumentException">There is no endpoint.</exception>
    public static EtcdClient Create(IReadOnlyList<Uri> endpoints, TimeSpan timeout, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfZero(endpoints.Count, nameof(endpoints));
        return new EtcdClient(
            endpoints,
            new SocketsHttpHandler
            {
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
            },
            timeout,
            time
        );
    }

    /// <summary>Asks for a lease; etcd may grant a longer one.</summary>
    /// <exception cref="EtcdException">No member has granted it; all methods.</exception>
    public Task<EtcdLeaseResponse> GrantAsync(int seconds, CancellationToken cancellationToken) =>
        PostAsync(
            "/v3/lease/grant",
            new EtcdGrantRequest(seconds),
            EtcdJson.Default.EtcdGrantRequest,
            EtcdJson.Default.EtcdLeaseResponse,
            cancellationToken
        );

    /// <summary>Renews a lease.</summary>
    /// <returns>False: there is no such lease any more.</returns>
    public async Task<bool> KeepAliveAsync(long lease, CancellationToken cancellationToken)
    {
        var response = await PostAsync(
            "/v3/lease/keepalive",
            new EtcdLeaseRequest(lease),
            EtcdJson.Default.EtcdLeaseRequest,
            EtcdJson.Default.EtcdKeepAliveResponse,
            cancellationToken
        );
        return response.Result is { TimeToLive: > 0 };
    }

    /// <summary>Ends a lease, and deletes its keys.</summary>
    public Task RevokeAsync(long lease, CancellationToken cancellationToken) =>
        PostAsync(
            "/v3/lease/revoke",
            new EtcdLeaseRequest(lease),
            EtcdJson.Default.EtcdLeaseRequest,
            EtcdJson.Default.EtcdEmptyResponse,
            cancellationToken
        );

    /// <summary>Reads keys. The response is not older than the request: a majority of the members has confirmed it.</summary>
    public async Task<IReadOnlyList<EtcdKeyValue>> ReadAsync(EtcdRangeRequest range, CancellationToken cancellationToken)
    {
        var response = await PostAsync(
            "/v3/kv/range",
            range,
            EtcdJson.Default.EtcdRangeRequest,
            EtcdJson.Default.EtcdRangeResponse,
            cancellationToken
        );
        return response.Kvs ?? [];
    }

    /// <summary>Changes keys. If it throws, they may have been changed.</summary>
    /// <returns>False: a comparison does not hold; nothing was changed.</returns>
    public async Task<bool> TryChangeAsync(EtcdTransaction transaction, CancellationToken cancellationToken)
    {
        var response = await PostAsync(
            "/v3/kv/txn",
            transaction,
            EtcdJson.Default.EtcdTransaction,
            EtcdJson.Default.EtcdTransactionResponse,
            cancellationToken
        );
        return response.Succeeded;
    }

    public void Dispose() => _http.Dispose();

    private async Task<TResponse> PostAsync<TRequest, TResponse>(
        string path,
        TRequest request,
        JsonTypeInfo<TRequest> requestType,
        JsonTypeInfo<TResponse> responseType,
        CancellationToken cancellationToken
    )
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(request, requestType);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await PostAsync(new Uri(endpoints[_current], path), content, responseType, cancellationToken);
            }
            catch (EtcdException)
            {
                _current = (_current + 1) % endpoints.Count;
                if (attempt >= endpoints.Count)
                {
                    throw;
                }
            }
        }
    }

    private async Task<TResponse> PostAsync<TResponse>(
        Uri url,
        byte[] content,
        JsonTypeInfo<TResponse> type,
        CancellationToken cancellationToken
    )
    {
        using Deadline deadline = new(timeout, time, cancellationToken);
        using ByteArrayContent body = new(content);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var member = url.GetLeftPart(UriPartial.Authority);
        try
        {
            using var response = await _http.PostAsync(url, body, deadline.Token);
            var json = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(json, type) ?? throw new EtcdException($"{member} sent null")
                : throw new EtcdException($"{member} refused {url.AbsolutePath}: {ReasonOf(json, response)}");
        }
        catch (HttpRequestException exception)
        {
            // For TLS, the outer message only says that there is an inner one.
            throw new EtcdException($"{member}: {exception.GetBaseException().Message}", exception);
        }
        catch (JsonException exception)
        {
            throw new EtcdException($"{member} sent something that is not a response of etcd", exception);
        }
        catch (OperationCanceledException exception) when (deadline.HasPassed)
        {
            throw new EtcdException($"{member}: no response within {timeout.TotalSeconds} s", exception);
        }
    }

    private static string ReasonOf(byte[] json, HttpResponseMessage response)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, EtcdJson.Default.EtcdErrorResponse) is { Error: { } error })
            {
                return Printable.Text(error, 200);
            }
        }
        catch (JsonException)
        {
            // For example the page of a proxy.
        }

        return $"HTTP status {(int)response.StatusCode}";
    }
}
