using Renci.SshNet;
using Renci.SshNet.Messages.Connection;
using SshMqttBridge.Ssh.SshNet;

namespace SshMqttBridge.Tests.Unit.Ssh.SshNet;

/// <summary>What a server can make the bridge keep or compute.</summary>
public sealed class SessionLinkTests : IDisposable
{
    private const int MaximumReplies = 1000;

    private readonly NoneAuthenticationMethod _none = new("nobody");
    private readonly SessionLink _link;

    public SessionLinkTests() =>
        _link = new SessionLink(new ConnectionInfo("192.0.2.1", "nobody", _none), null, TimeProvider.System);

    public void Dispose()
    {
        _link.Abort();
        _link.Dispose();
        SshNetSession.DisposeSession(_link.Session);
        _none.Dispose();
    }

    [Fact]
    public void Reply_GivenAServerThatReadsNone_ShouldKeepAThousand()
    {
        // Nothing else is sent during a key exchange.
        _link.BeginKeyExchange();
        for (var i = 0; i < MaximumReplies; i++)
        {
            _link.Reply(new ChannelFailureMessage(1));
        }

        Should
            .Throw<InvalidDataException>(() => _link.Reply(new ChannelFailureMessage(1)))
            .Message.ShouldContain("does not read the replies");
    }

    [Fact]
    public void Reply_GivenRepliesThatAreSent_ShouldNotCountThem()
    {
        // Without a connection, each is dropped at once.
        for (var i = 0; i <= MaximumReplies; i++)
        {
            _link.Reply(new ChannelFailureMessage(1));
        }

        _link.Abort().ShouldBeFalse();
    }

    [Fact]
    public void BeginKeyExchange_GivenASecondOneBeforeAuthentication_ShouldRefuseIt()
    {
        _link.BeginKeyExchange();

        Should
            .Throw<InvalidDataException>(_link.BeginKeyExchange)
            .Message.ShouldContain("exchanged keys again before authentication had ended");
    }
}
