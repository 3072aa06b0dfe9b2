/** Receivers as somebody would put them. */
export const receiverExamples = (): Readonly<Record<string, unknown>> => ({
  'by webhook, quiet at night': {
    role: 'assigned',
    subject: 'dr-lee',
    minSeverity: 'MEDIUM',
    channels: [
      {
        kind: 'webhook',
        url: 'https://clinic.example/coxa',
        // Everybody can read this one: it shows the form and guards nothing.
        secret: `whsec_${Buffer.from('an example: make one of your own').toString('base64')}`,
      },
    ],
    quietHours: { from: '21:00', to: '07:00', zone: 'Europe/Berlin' },
  },
  'into the log alone': { role: 'lead', minSeverity: 'HIGH', channels: [{ kind: 'log' }] },
});
