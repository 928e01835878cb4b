using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Systemd;
using SshMqttBridge.Hosting;
using SshMqttBridge.Tests.Unit.HomeAssistant;

namespace SshMqttBridge.Tests.Unit.Hosting;

/// <summary>scripts/test-packages runs the unit under a real systemd.</summary>
public sealed class SystemdNotificationsTests
{
    private const string Variable = "NOTIFY_SOCKET";

    [Fact]
    public void AddSystemdNotifications_GivenASocket_ShouldReportWhateverTheParentProcessIs()
    {
        var path = Path.Combine(Path.GetTempPath(), $"notify-{Environment.ProcessId}");
        using Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.ReceiveTimeout = 10_000;
        socket.Bind(new UnixDomainSocketEndPoint(path));
        Environment.SetEnvironmentVariable(Variable, path);
        try
        {
            InPlaceRestart restart = new();
            using var services = new ServiceCollection().AddSystemdNotifications(restart).BuildServiceProvider();
            var notifier = services.GetRequiredService<ISystemdNotifier>();
            notifier.Notify(ServiceState.Ready);
            Received().ShouldBe("READY=1");

            // Only the services stop, so systemd hears nothing of it.
            restart.Next = Options.Bridge();
            notifier.Notify(ServiceState.Stopping);
            notifier.Notify(ServiceState.Ready);
            Received().ShouldBe("READY=1");

            string Received()
            {
                var buffer = new byte[64];
                return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
            File.Delete(path);
        }
    }

    [Fact]
    public void AddSystemdNotifications_GivenNoSocket_ShouldReportNothing() =>
        new ServiceCollection().AddSystemdNotifications(new InPlaceRestart()).ShouldBeEmpty();
}
