using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Transport;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// What the adapter needs of SSH.NET 2026.0.0 that is not public (docs/adr/0018): a <see cref="Session"/> made before it connects, so that its socket can be closed at any moment of a login;
/// sending a message; and one event. The version is pinned, and a test fails if one of these is gone.
/// </summary>
internal static class SessionInternals
{
    /// <summary>A session that has not connected yet.</summary>
    public static Session Create(ConnectionInfo info) => New(info, NewServiceFactory(), NewSocketFactory());

    /// <summary>The session's socket; null before it is connected and after it was disposed of. A send that is stuck holds the locks that the session's own ways to close want.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    public static extern ref Socket? Socket(Session session);

    /// <summary>Sends a message; blocks while the socket is full or, except for messages of the key exchange, keys are being exchanged.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    public static extern void Send(Session session, Message message);

    /// <summary>The server does not know a message that it was sent.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "add_UnimplementedReceived")]
    public static extern void OnUnimplemented(Session session, EventHandler<MessageEventArgs<UnimplementedMessage>> handler);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern Session New(
        ConnectionInfo info,
        [UnsafeAccessorType("Renci.SshNet.IServiceFactory, Renci.SshNet")] object serviceFactory,
        [UnsafeAccessorType("Renci.SshNet.Connection.ISocketFactory, Renci.SshNet")] object socketFactory
    );

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Renci.SshNet.ServiceFactory, Renci.SshNet")]
    private static extern object NewServiceFactory();

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType("Renci.SshNet.Connection.SocketFactory, Renci.SshNet")]
    private static extern object NewSocketFactory();
}
