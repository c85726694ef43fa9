// Short sentences for descriptions, comments and messages, and things to do.

export const SENTENCES = [
  'Everything arrived on time and in good order.',
  'Please call before you come.',
  'The entrance is on the left side of the building.',
  'Thank you for the quick answer.',
  'This is checked once a week.',
  'A good choice for small teams.',
  'The second delivery follows on Friday.',
  'We have changed the opening hours.',
  'Ask at the front desk for the key.',
  'It works as described.',
  'The meeting is moved to the next day.',
  'Suitable for beginners.',
] as const;

export const TASKS = [
  'Water the plants',
  'Prepare the meeting',
  'Call the supplier',
  'Review the draft',
  'Book the train',
  'Pay the invoice',
  'Update the price list',
  'Clean the coffee machine',
  'Order new labels',
  'Write the summary',
] as const;
