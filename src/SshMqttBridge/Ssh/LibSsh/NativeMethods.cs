using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>
/// The part of libssh 0.10's C interface that the adapter uses. The owner of a session calls it from one thread at a time.
/// </summary>
internal static unsafe partial class NativeMethods
{
    public const string Library = "libssh.so.4";

    public const int Ok = 0;
    public const int Error = -1;
    public const int Again = -2;

    /// <summary>Bits of <see cref="GetStatus"/>.</summary>
    public const int StatusClosedError = 0x04,
        StatusWritePending = 0x08;

    /// <summary>Results of <c>ssh_userauth_…</c>; after <see cref="AuthAgain"/> the same call must be repeated.</summary>
    public const int AuthError = -1,
        AuthSuccess = 0,
        AuthDenied = 1,
        AuthInfo = 3,
        AuthAgain = 4;

    [LibraryImport(Library, EntryPoint = "ssh_new")]
    public static partial nint New();

    [LibraryImport(Library, EntryPoint = "ssh_free")]
    public static partial void Free(nint session);

    [LibraryImport(Library, EntryPoint = "ssh_set_fd_towrite")]
    public static partial void SetDescriptorToWrite(nint session);

    [LibraryImport(Library, EntryPoint = "ssh_disconnect")]
    public static partial void Disconnect(nint session);

    [LibraryImport(Library, EntryPoint = "ssh_options_set")]
    public static partial int OptionsSet(SessionHandle session, SessionOption option, void* value);

    [LibraryImport(Library, EntryPoint = "ssh_set_blocking")]
    public static partial void SetBlocking(SessionHandle session, int blocking);

    [LibraryImport(Library, EntryPoint = "ssh_set_counters")]
    public static partial void SetCounters(SessionHandle session, Counters* socket, Counters* packets);

    [LibraryImport(Library, EntryPoint = "ssh_connect")]
    public static partial int Connect(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_status")]
    public static partial int GetStatus(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_is_connected")]
    public static partial int IsConnected(SessionHandle session);

    // libssh keeps the last error of a session, among others.
    [LibraryImport(Library, EntryPoint = "ssh_get_error")]
    public static partial nint GetError(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_serverbanner")]
    public static partial nint GetServerBanner(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_kex_algo")]
    public static partial nint GetKeyExchangeAlgorithm(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_cipher_in")]
    public static partial nint GetCipherIn(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_cipher_out")]
    public static partial nint GetCipherOut(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_hmac_in")]
    public static partial nint GetHmacIn(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_hmac_out")]
    public static partial nint GetHmacOut(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_get_server_publickey")]
    public static partial int GetServerPublicKey(SessionHandle session, out nint key);

    [LibraryImport(Library, EntryPoint = "ssh_pki_export_pubkey_base64")]
    public static partial int ExportPublicKeyBase64(KeyHandle key, out nint text);

    [LibraryImport(Library, EntryPoint = "ssh_string_free_char")]
    public static partial void StringFreeChar(nint text);

    [LibraryImport(Library, EntryPoint = "ssh_key_free")]
    public static partial void KeyFree(nint key);

    [LibraryImport(Library, EntryPoint = "ssh_key_dup")]
    public static partial nint KeyDuplicate(KeyHandle key);

    [LibraryImport(Library, EntryPoint = "ssh_pki_import_privkey_base64")]
    public static partial int ImportPrivateKeyBase64(
        byte[] text,
        byte[]? passphrase,
        delegate* unmanaged<nint, byte*, nuint, int, int, void*, int> askPassphrase,
        void* userData,
        out nint key
    );

    [LibraryImport(Library, EntryPoint = "ssh_pki_import_cert_file", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ImportCertificateFile(string file, out nint certificate);

    [LibraryImport(Library, EntryPoint = "ssh_pki_copy_cert_to_privkey")]
    public static partial int CopyCertificateToPrivateKey(KeyHandle certificate, KeyHandle privateKey);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_none")]
    public static partial int UserAuthNone(SessionHandle session, byte[] user);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_list")]
    public static partial int UserAuthList(SessionHandle session, byte[] user);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_publickey")]
    public static partial int UserAuthPublicKey(SessionHandle session, byte[] user, KeyHandle privateKey);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_agent")]
    public static partial int UserAuthAgent(SessionHandle session, byte[] user);

    [LibraryImport(Library, EntryPoint = "ssh_set_agent_socket")]
    public static partial int SetAgentSocket(SessionHandle session, int descriptor);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_password")]
    public static partial int UserAuthPassword(SessionHandle session, byte[] user, byte[] password);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_kbdint")]
    public static partial int UserAuthKeyboardInteractive(SessionHandle session, byte[] user, nint submethods);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_kbdint_getnprompts")]
    public static partial int UserAuthKeyboardInteractiveGetPromptCount(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_kbdint_getprompt")]
    public static partial nint UserAuthKeyboardInteractiveGetPrompt(SessionHandle session, uint index, out byte echo);

    [LibraryImport(Library, EntryPoint = "ssh_userauth_kbdint_setanswer")]
    public static partial int UserAuthKeyboardInteractiveSetAnswer(SessionHandle session, uint index, byte[] answer);

    [LibraryImport(Library, EntryPoint = "ssh_event_new")]
    public static partial nint EventNew();

    [LibraryImport(Library, EntryPoint = "ssh_event_free")]
    public static partial void EventFree(nint events);

    [LibraryImport(Library, EntryPoint = "ssh_event_add_session")]
    public static partial int EventAddSession(EventHandle events, SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_event_dopoll")]
    public static partial int EventPoll(EventHandle events, int timeout);

    // A global request that every server answers, with a failure: there is no such forwarding.
    [LibraryImport(Library, EntryPoint = "ssh_channel_cancel_forward", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChannelCancelForward(SessionHandle session, string address, int port);

    [LibraryImport(Library, EntryPoint = "ssh_channel_new")]
    public static partial nint ChannelNew(SessionHandle session);

    [LibraryImport(Library, EntryPoint = "ssh_set_channel_callbacks")]
    public static partial int SetChannelCallbacks(ChannelHandle channel, ChannelCallbacks* callbacks);

    [LibraryImport(Library, EntryPoint = "ssh_remove_channel_callbacks")]
    public static partial int RemoveChannelCallbacks(nint channel, ChannelCallbacks* callbacks);

    [LibraryImport(Library, EntryPoint = "ssh_channel_open_session")]
    public static partial int ChannelOpenSession(ChannelHandle channel);

    [LibraryImport(Library, EntryPoint = "ssh_channel_request_exec")]
    public static partial int ChannelRequestExec(ChannelHandle channel, byte[] command);

    [LibraryImport(Library, EntryPoint = "ssh_channel_request_send_signal", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChannelRequestSendSignal(ChannelHandle channel, string signal);

    [LibraryImport(Library, EntryPoint = "ssh_channel_write")]
    public static partial int ChannelWrite(ChannelHandle channel, byte* data, uint count);

    [LibraryImport(Library, EntryPoint = "ssh_channel_read_nonblocking")]
    public static partial int ChannelReadNonBlocking(ChannelHandle channel, byte* buffer, uint count, int isStandardError);

    [LibraryImport(Library, EntryPoint = "ssh_channel_window_size")]
    public static partial uint ChannelWindowSize(ChannelHandle channel);

    [LibraryImport(Library, EntryPoint = "ssh_channel_send_eof")]
    public static partial int ChannelSendEndOfFile(ChannelHandle channel);

    [LibraryImport(Library, EntryPoint = "ssh_channel_send_eof")]
    public static partial int ChannelSendEndOfFile(nint channel);

    [LibraryImport(Library, EntryPoint = "ssh_channel_close")]
    public static partial int ChannelClose(nint channel);

    [LibraryImport(Library, EntryPoint = "ssh_channel_free")]
    public static partial void ChannelFree(nint channel);

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
