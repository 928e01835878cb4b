using System.Runtime.InteropServices;

namespace SshMqttBridge.Ssh.LibSsh;

/// <summary>A pointer that libssh handed out. The child holds its parent, so a session is freed after all that belongs to it.</summary>
internal abstract class LibSshHandle : SafeHandle
{
    private static int _live;
    private readonly SafeHandle? _parent;

    protected LibSshHandle(nint pointer, SafeHandle? parent = null)
        : base(0, ownsHandle: true)
    {
        if (pointer == 0)
        {
            throw new InvalidOperationException($"libssh could not make a {GetType().Name}");
        }

        if (parent is not null)
        {
            var added = false;
            parent.DangerousAddRef(ref added);
            _parent = parent;
        }

        SetHandle(pointer);
        Interlocked.Increment(ref _live);
    }

    /// <summary>How many are not freed yet, in the whole process: tests see to it that none is left.</summary>
    public static int Live => Volatile.Read(ref _live);

    public override bool IsInvalid => handle == 0;

    protected sealed override bool ReleaseHandle()
    {
        Free(handle);
        _parent?.DangerousRelease();
        Interlocked.Decrement(ref _live);
        return true;
    }

    protected abstract void Free(nint pointer);
}
