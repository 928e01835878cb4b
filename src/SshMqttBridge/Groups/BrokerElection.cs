namespace SshMqttBridge.Groups;

/// <summary>
/// The protocol of a lease whose renewals are messages through the broker, for one instance. All instances receive all messages,
/// their own too, in the broker's order: the first claim of an epoch wins it. A claim or renewal counts for its sender when it has
/// come back from the broker, and from the moment at which it was sent. Pure: the caller sends the messages and tells the time. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// Why never two lead at once: a leader's lease runs out <see cref="LeaseTimes.Validity"/> after it has sent the last renewal that
/// came back, and cannot be renewed after that. Another instance claims the lease <see cref="LeaseTimes.Takeover"/>, which is longer,
/// after it has heard a renewal for the last time. A probe that comes back first proves that it has missed none, for example because
/// its process was stopped, or its connection was slow.
/// </remarks>
/// <param name="self">This instance.</param>
/// <param name="times">The same for all instances of the group.</param>
internal sealed class BrokerElection(LeaseHolder self, LeaseTimes times)
{
    /// <summary>A renewal that has not come back after so many others never will.</summary>
    private const int MaximumUnconfirmed = 50;

    private readonly Queue<(long Number, TimeSpan SentAt)> _unconfirmed = new();
    private bool _isConnected;
    private long _number;
    private TimeSpan _heardAt;
    private TimeSpan _sentAt;
    private TimeSpan? _validUntil;
    private TimeSpan? _unansweredSince;
    private (long Number, TimeSpan SentAt)? _probe;
    private bool _mayClaim;
    private bool _isEpochUnknownToOthers;
    private bool _hasRival;

    /// <summary>The highest epoch that was heard of.</summary>
    public long Epoch { get; private set; }

    /// <summary>The instance that has the lease, as far as it is known; null: none.</summary>
    public LeaseHolder? Leader { get; private set; }

    /// <summary>Until when this instance has the lease, if it is not renewed again; the minimum: it does not have it.</summary>
    public TimeSpan ValidUntil => Leader == self && _validUntil is { } end ? end : TimeSpan.MinValue;

    /// <summary>Whether this instance has the lease, and it has not run out.</summary>
    /// <param name="now">A monotonic clock that also counts while the machine is suspended.</param>
    public bool IsLeader(TimeSpan now) => now < ValidUntil;

    /// <summary>
    /// Whether the broker has not passed on any message of this instance for as long as a takeover takes: the connection to it must
    /// be dead.
    /// </summary>
    public bool IsDeaf(TimeSpan now) => _isConnected && now - _unansweredSince >= times.Takeover;

    /// <summary>The connection to the broker is there, and subscribed: an instance must listen before it claims.</summary>
    /// <param name="epoch">The last one that is known of the group.</param>
    /// <param name="now">See <see cref="IsLeader"/>.</param>
    public void Connected(long epoch, TimeSpan now)
    {
        _isConnected = true;
        _heardAt = now;
        Learn(epoch);
    }

    public void Disconnected()
    {
        _isConnected = false;
        _unansweredSince = null;
        _probe = null;
        _mayClaim = false;
    }

    /// <summary>Handles a message of any instance. A call of <see cref="Tick"/> must follow.</summary>
    public void Receive(LeaseMessage message, TimeSpan now)
    {
        EndIfExpired(now);
        if (message.Sender == self)
        {
            _unansweredSince = null;
        }
        else if (message.Kind == LeaseMessageKind.Claim)
        {
            // Whatever its epoch: its sender may lead, be it for a moment.
            _hasRival = true;
            _heardAt = now;
        }

        switch (message.Kind)
        {
            case LeaseMessageKind.Probe when message.Sender == self:
                _mayClaim = message.Number == _probe?.Number && now - _heardAt >= times.Takeover;
                _probe = null;
                break;
            case LeaseMessageKind.Epoch:
                Learn(message.Epoch);
                break;
            case LeaseMessageKind.Probe when message.Epoch < Epoch:
                _isEpochUnknownToOthers = true;
                break;
            case LeaseMessageKind.Claim or LeaseMessageKind.Renewal when message.Epoch < Epoch:
                // The broker has forgotten the epoch. The sender leads until it learns it.
                _isEpochUnknownToOthers = true;
                _heardAt = now;
                break;
            case LeaseMessageKind.Claim when message.Epoch > Epoch:
                (Epoch, Leader) = (message.Epoch, message.Sender);
                Hear(message, now);
                break;
            case LeaseMessageKind.Claim when message.Epoch == Epoch && message.Sender == Leader:
                Hear(message, now);
                break;
            // Whoever renews has won, also against a claim that this instance has taken for the first one. Its own renewals can come
            // back after the lease has run out.
            case LeaseMessageKind.Renewal when message.Epoch >= Epoch && (message.Sender != self || Leader == self):
                (Epoch, Leader) = (message.Epoch, message.Sender);
                Hear(message, now);
                break;
            case LeaseMessageKind.Release when message.Epoch == Epoch && message.Sender == Leader:
                Leader = null;
                // Others may claim the lease now, since its holder does nothing any more.
                _heardAt = now - times.Takeover;
                break;
        }
    }

    /// <summary>Call it when <see cref="WaitAfter"/> is over, or at any time.</summary>
    /// <returns>The message to send now; null: none.</returns>
    public LeaseMessage? Tick(TimeSpan now)
    {
        EndIfExpired(now);
        if (!_isConnected)
        {
            return null;
        }

        if (_isEpochUnknownToOthers)
        {
            _isEpochUnknownToOthers = false;
            return Next(LeaseMessageKind.Epoch, Epoch, now);
        }

        if (Leader == self && _validUntil is not null)
        {
            return now - _sentAt >= times.Renewal ? NextConfirmed(LeaseMessageKind.Renewal, Epoch, now) : null;
        }

        if (now - _heardAt < times.Takeover)
        {
            _mayClaim = false;
            return null;
        }

        if (_mayClaim)
        {
            _mayClaim = false;
            _heardAt = now;
            _hasRival = false;
            return NextConfirmed(LeaseMessageKind.Claim, Epoch + 1, now);
        }

        if (now - _probe?.SentAt < times.Takeover)
        {
            return null;
        }

        _probe = (_number + 1, now);
        return Next(LeaseMessageKind.Probe, Epoch, now);
    }

    /// <summary>How long it takes until there may be something to do, if nothing happens.</summary>
    public TimeSpan WaitAfter(TimeSpan now)
    {
        var due =
            !_isConnected ? _validUntil ?? now + times.Takeover
            : Leader == self && _validUntil is { } end ? Earlier(end, _sentAt + times.Renewal)
            : _probe is { } probe ? probe.SentAt + times.Takeover
            : _heardAt + times.Takeover;
        return due > now ? due - now : TimeSpan.Zero;
    }

    /// <summary>Gives up the lease, so that another instance can claim it at once.</summary>
    /// <returns>The message to send; null: this instance does not have it.</returns>
    public LeaseMessage? Release(TimeSpan now)
    {
        if (!IsLeader(now))
        {
            return null;
        }

        End(now);
        return _isConnected ? Next(LeaseMessageKind.Release, Epoch, now) : null;
    }

    private static TimeSpan Earlier(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private void Hear(LeaseMessage message, TimeSpan now)
    {
        _heardAt = now;
        if (message.Sender == self)
        {
            Confirm(message, now);
        }
        else
        {
            _validUntil = null;
        }
    }

    private void Confirm(LeaseMessage message, TimeSpan now)
    {
        while (_unconfirmed.TryPeek(out var oldest) && oldest.Number <= message.Number)
        {
            _unconfirmed.Dequeue();
            if (oldest.Number == message.Number)
            {
                _validUntil = oldest.SentAt + times.Validity;
            }
        }

        if (_validUntil is null || now >= _validUntil || (message.Kind == LeaseMessageKind.Claim && _hasRival))
        {
            // It came back too late, or after the claim of an instance that knows only lower epochs, which may lead for a moment.
            End(now);
        }
    }

    /// <summary>A lease that has run out must not be renewed: another instance may have it.</summary>
    private void EndIfExpired(TimeSpan now)
    {
        if (Leader == self && now >= _validUntil)
        {
            End(now);
        }
    }

    private void End(TimeSpan now)
    {
        Leader = null;
        _validUntil = null;
        _heardAt = now;
        _unconfirmed.Clear();
    }

    private void Learn(long epoch)
    {
        if (epoch > Epoch)
        {
            Epoch = epoch;
            Leader = null;
            _validUntil = null;
            _unconfirmed.Clear();
        }
    }

    private LeaseMessage NextConfirmed(LeaseMessageKind kind, long epoch, TimeSpan now)
    {
        var message = Next(kind, epoch, now);
        _unconfirmed.Enqueue((message.Number, now));
        if (_unconfirmed.Count > MaximumUnconfirmed)
        {
            _unconfirmed.Dequeue();
        }

        return message;
    }

    private LeaseMessage Next(LeaseMessageKind kind, long epoch, TimeSpan now)
    {
        _unansweredSince ??= now;
        _sentAt = now;
        return new LeaseMessage(self, kind, epoch, ++_number);
    }
}
