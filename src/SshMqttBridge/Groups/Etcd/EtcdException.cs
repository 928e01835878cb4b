using SshMqttBridge.Common;

namespace SshMqttBridge.Groups.Etcd;

/// <summary>No member of the etcd cluster has carried out a request.</summary>
internal sealed class EtcdException(string message, Exception? inner = null) : Exception(Printable.Message(message), inner);
