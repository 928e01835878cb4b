using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Messages;
using Renci.SshNet.Messages.Authentication;
using Renci.SshNet.Messages.Transport;

namespace SshMqttBridge.Ssh.SshNet;

/// <summary>
/// The members of SSH.NET 2026.0.0 that the adapter needs and that are not public (docs/adr/0018): a <see cref="Session"/> that
/// has not connected, so that its socket can be closed at any moment of a login; sending a message; and four events. The version is
/// pinned, and a test fails if a member is missing.
/// </summary>
internal static class SessionInternals
{
    /// <summary>A session that has not connected yet.</summary>
    public static Session Create(ConnectionInfo info) => New(info, NewServiceFactory(), NewSocketFactory());

    /// <summary>
    /// The session's socket; null before it is connected and after it was disposed of. A blocked send holds the locks that the
    /// session's own methods of closing need.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    public static extern ref Socket? Socket(Session session);

    /// <summary>
    /// Sends a message; blocks while the socket is full or, except for messages of the key exchange, keys are being exchanged.
    /// </summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    public static extern void Send(Session session, Message message);

    /// <summary>The server does not support a message that it received.</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "add_UnimplementedReceived")]
    public static extern void OnUnimplemented(Session session, EventHandler<MessageEventArgs<UnimplementedMessage>> handler);

    /// <summary>The server sent a message for the user (RFC 4253 §11.3).</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "add_DebugReceived")]
    public static extern void OnDebug(Session session, EventHandler<MessageEventArgs<DebugMessage>> handler);

    /// <summary>The server chose the group of a Diffie-Hellman group exchange (RFC 4419 §3).</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "add_KeyExchangeDhGroupExchangeGroupReceived")]
    public static extern void OnGroup(Session session, EventHandler<MessageEventArgs<KeyExchangeDhGroupExchangeGroup>> handler);

    /// <summary>The server accepted the authentication (RFC 4252 §5.1).</summary>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "add_UserAuthenticationSuccessReceived")]
    public static extern void OnAuthenticated(Session session, EventHandler<MessageEventArgs<SuccessMessage>> handler);

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
