namespace SshMqttBridge.Events;

/// <summary>Why a server has no connection. The web console receives the names in camel case.</summary>
internal enum OfflineReason
{
    /// <summary>No SSH server could be reached: name, route, port, protocol or time.</summary>
    Connect,

    /// <summary>The server refused the credentials, or the key file could not be used.</summary>
    Authentication,

    /// <summary>The host key was refused.</summary>
    HostKey,

    /// <summary>The connection was lost.</summary>
    Lost,

    /// <summary>The bridge connects now, or soon: the first attempt, or the first one after a disconnect, has not ended.</summary>
    Connecting,

    /// <summary>The connection is opened on demand, and has not been needed yet.</summary>
    NotTried,

    /// <summary>The connection is opened on demand, and was closed as intended.</summary>
    OnDemand,

    /// <summary>A client closed the persistent connection; the next command opens it.</summary>
    Closed,

    /// <summary>The bridge is not connected to its broker, or stands by, and the server has <c>shutdownWhenInactive</c>.</summary>
    Inactive,

    /// <summary>Another bridge on the base topic serves the server.</summary>
    ServedElsewhere,
}
