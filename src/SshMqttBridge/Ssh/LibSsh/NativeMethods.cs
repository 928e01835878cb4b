using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>The part of libssh 0.10's C interface that the adapter uses. One session is never in two calls at once: its owner sees to that.</summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "libssh.so.4";

    public const int Ok = 0;
    public const int Error = -1;
    public const int Again = -2;

    /// <summary>Bits of <see cref="ssh_get_status"/>.</summary>
    public const int StatusClosedError = 0x04,
        StatusWritePending = 0x08;

    /// <summary>How <c>ssh_userauth_…</c> answer; <see cref="AuthAgain"/> asks for the same call again.</summary>
    public const int AuthError = -1,
        AuthSuccess = 0,
        AuthDenied = 1,
        AuthPartial = 2,
        AuthInfo = 3,
        AuthAgain = 4;

    [LibraryImport(Library)]
    public static partial nint ssh_new();

    [LibraryImport(Library)]
    public static partial void ssh_free(nint session);

    [LibraryImport(Library)]
    public static partial void ssh_set_fd_towrite(nint session);

    [LibraryImport(Library)]
    public static partial void ssh_disconnect(nint session);

    [LibraryImport(Library)]
    public static partial int ssh_options_set(SessionHandle session, SessionOption option, void* value);

    [LibraryImport(Library)]
    public static partial void ssh_set_blocking(SessionHandle session, int blocking);

    [LibraryImport(Library)]
    public static partial void ssh_set_counters(SessionHandle session, Counters* socket, Counters* packets);

    [LibraryImport(Library)]
    public static partial int ssh_connect(SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_get_fd(SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_get_status(SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_is_connected(SessionHandle session);

    // Works for a session as for what else libssh keeps an error in.
    [LibraryImport(Library)]
    public static partial nint ssh_get_error(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_serverbanner(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_kex_algo(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_cipher_in(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_cipher_out(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_hmac_in(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_get_hmac_out(SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_get_server_publickey(SessionHandle session, out nint key);

    [LibraryImport(Library)]
    public static partial int ssh_pki_export_pubkey_base64(KeyHandle key, out nint text);

    [LibraryImport(Library)]
    public static partial void ssh_string_free_char(nint text);

    [LibraryImport(Library)]
    public static partial void ssh_key_free(nint key);

    [LibraryImport(Library)]
    public static partial nint ssh_key_dup(KeyHandle key);

    [LibraryImport(Library)]
    public static partial int ssh_pki_import_privkey_base64(
        byte[] text,
        byte[]? passphrase,
        delegate* unmanaged<nint, byte*, nuint, int, int, void*, int> askPassphrase,
        void* userData,
        out nint key
    );

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ssh_pki_import_cert_file(string file, out nint certificate);

    [LibraryImport(Library)]
    public static partial int ssh_pki_copy_cert_to_privkey(KeyHandle certificate, KeyHandle privateKey);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_none(SessionHandle session, byte[] user);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_list(SessionHandle session, byte[] user);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_publickey(SessionHandle session, byte[] user, KeyHandle privateKey);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_agent(SessionHandle session, byte[] user);

    [LibraryImport(Library)]
    public static partial int ssh_set_agent_socket(SessionHandle session, int descriptor);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_password(SessionHandle session, byte[] user, byte[] password);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_kbdint(SessionHandle session, byte[] user, nint submethods);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_kbdint_getnprompts(SessionHandle session);

    [LibraryImport(Library)]
    public static partial nint ssh_userauth_kbdint_getprompt(SessionHandle session, uint index, out byte echo);

    [LibraryImport(Library)]
    public static partial int ssh_userauth_kbdint_setanswer(SessionHandle session, uint index, byte[] answer);

    [LibraryImport(Library)]
    public static partial nint ssh_event_new();

    [LibraryImport(Library)]
    public static partial void ssh_event_free(nint events);

    [LibraryImport(Library)]
    public static partial int ssh_event_add_session(EventHandle events, SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_event_dopoll(EventHandle events, int timeout);

    // A global request that every server answers, with a failure: there is no such forwarding.
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ssh_channel_cancel_forward(SessionHandle session, string address, int port);

    [LibraryImport(Library)]
    public static partial nint ssh_channel_new(SessionHandle session);

    [LibraryImport(Library)]
    public static partial int ssh_set_channel_callbacks(ChannelHandle channel, ChannelCallbacks* callbacks);

    [LibraryImport(Library)]
    public static partial int ssh_remove_channel_callbacks(nint channel, ChannelCallbacks* callbacks);

    [LibraryImport(Library)]
    public static partial int ssh_channel_open_session(ChannelHandle channel);

    [LibraryImport(Library)]
    public static partial int ssh_channel_request_exec(ChannelHandle channel, byte[] command);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ssh_channel_request_send_signal(ChannelHandle channel, string signal);

    [LibraryImport(Library)]
    public static partial int ssh_channel_write(ChannelHandle channel, byte* data, uint count);

    [LibraryImport(Library)]
    public static partial int ssh_channel_read_nonblocking(ChannelHandle channel, byte* buffer, uint count, int isStandardError);

    [LibraryImport(Library)]
    public static partial uint ssh_channel_window_size(ChannelHandle channel);

    [LibraryImport(Library)]
    public static partial int ssh_channel_send_eof(ChannelHandle channel);

    [LibraryImport(Library)]
    public static partial int ssh_channel_send_eof(nint channel);

    [LibraryImport(Library)]
    public static partial int ssh_channel_close(nint channel);

    [LibraryImport(Library)]
    public static partial void ssh_channel_free(nint channel);

    /// <summary>ssh_counter_struct.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Counters
    {
        public ulong InBytes;
        public ulong OutBytes;
        public ulong InPackets;
        public ulong OutPackets;
    }

    /// <summary>ssh_channel_callbacks_struct; libssh calls only what is not null.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ChannelCallbacks
    {
        public nuint Size;
        public nint UserData;
        public delegate* unmanaged<nint, nint, byte*, uint, int, nint, int> Data;
        public delegate* unmanaged<nint, nint, nint, void> EndOfFile;
        public delegate* unmanaged<nint, nint, nint, void> Close;
        public nint Signal;
        public delegate* unmanaged<nint, nint, int, nint, void> ExitStatus;
        public delegate* unmanaged<nint, nint, nint, int, nint, nint, nint, void> ExitSignal;
        public nint Pty,
            Shell,
            Agent,
            X11,
            WindowChange,
            Exec,
            Environment,
            Subsystem,
            WriteWontBlock;
    }
}
