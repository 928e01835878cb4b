using System.Text.Json.Serialization;

namespace SshMqttBridge.Groups.Etcd;

// The messages of etcd's API v3 as its gRPC gateway maps them to JSON: 64-bit numbers are strings, bytes are base64, and a field that
// is missing has the default of its type.

/// <summary>Asks for a lease.</summary>
/// <param name="TimeToLive">Seconds.</param>
internal sealed record EtcdGrantRequest([property: JsonPropertyName("TTL")] long TimeToLive);

/// <summary>A lease: what was granted, or what is left.</summary>
/// <param name="TimeToLive">Seconds; 0: there is no such lease.</param>
internal sealed record EtcdLeaseResponse(
    [property: JsonPropertyName("ID")] long Id,
    [property: JsonPropertyName("TTL")] long TimeToLive
);

internal sealed record EtcdLeaseRequest([property: JsonPropertyName("ID")] long Id);

internal sealed record EtcdKeepAliveResponse(EtcdLeaseResponse? Result);

/// <summary>Reads the keys from <paramref name="Key"/> up to, but not including, <paramref name="RangeEnd"/>.</summary>
internal sealed record EtcdRangeRequest(byte[] Key, [property: JsonPropertyName("range_end")] byte[] RangeEnd);

internal sealed record EtcdRangeResponse(IReadOnlyList<EtcdKeyValue>? Kvs);

/// <param name="Lease">With which it is deleted; 0: none.</param>
/// <param name="ModRevision">Of the last change; each change of any key has a higher one.</param>
internal sealed record EtcdKeyValue(
    byte[]? Key,
    byte[]? Value,
    long Lease,
    [property: JsonPropertyName("mod_revision")] long ModRevision
);

/// <summary>Makes the changes if all comparisons hold.</summary>
internal sealed record EtcdTransaction(IReadOnlyList<EtcdCompare> Compare, IReadOnlyList<EtcdChange> Success);

/// <summary>Compares a property of a key.</summary>
/// <param name="Target"><c>MOD</c>: the revision of its last change, 0 if the key does not exist.</param>
internal sealed record EtcdCompare(byte[] Key, string Target, [property: JsonPropertyName("mod_revision")] long ModRevision);

internal sealed record EtcdChange([property: JsonPropertyName("request_put")] EtcdPut Put);

internal sealed record EtcdPut(byte[] Key, byte[] Value, long Lease);

internal sealed record EtcdTransactionResponse(bool Succeeded);

internal sealed record EtcdEmptyResponse;

/// <summary>Why a request was refused.</summary>
internal sealed record EtcdErrorResponse(string? Error);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.WriteAsString
)]
[JsonSerializable(typeof(EtcdGrantRequest))]
[JsonSerializable(typeof(EtcdLeaseResponse))]
[JsonSerializable(typeof(EtcdLeaseRequest))]
[JsonSerializable(typeof(EtcdKeepAliveResponse))]
[JsonSerializable(typeof(EtcdRangeRequest))]
[JsonSerializable(typeof(EtcdRangeResponse))]
[JsonSerializable(typeof(EtcdTransaction))]
[JsonSerializable(typeof(EtcdTransactionResponse))]
[JsonSerializable(typeof(EtcdEmptyResponse))]
[JsonSerializable(typeof(EtcdErrorResponse))]
internal sealed partial class EtcdJson : JsonSerializerContext;
